"""The choice of training data: a sample set, or the reader's file with its columns."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.training.own_data.labelled import LabelledDocument, documents_in, guessed_columns, labelled_data
from longformer_viz.training.own_data.reading import TrainingData, is_squad, read_training_data
from longformer_viz.training.own_data.rows import ENDINGS, MOST_BYTES, Table, read_rows
from longformer_viz.training.own_data.sample_set import SAMPLE_NAME, sample_set
from longformer_viz.ui.shared.formatting import literal, show_problem

OWN_FILE = "Your own file"
LABELS, LANGUAGE = GOALS = ("Labels or questions", "Masked tokens")
_HEADERS = {"Decide by its content": None, "First row has column names": True, "No header": False}
_UPLOAD_MEGABYTES = MOST_BYTES // 1_000_000


@dataclass(frozen=True, slots=True)
class ChosenData:
    """Training data and their name.

    Attributes:
        name: Name of the file or sample set.
        data: The data.
        columns: The columns of texts and labels, where a file has them.
    """

    name: str
    data: TrainingData
    columns: tuple[str, str] | None = None


@dataclass(slots=True)
class _Upload:
    """The last uploaded file. It is kept when the page is left, which takes the control's file away."""

    file_id: str
    name: str
    content: bytes
    tables: dict[bool | None, Table]


def choose_data() -> ChosenData | None:
    """Show the controls of the data in the sidebar. Return None, with a message, where there are none to train on."""
    with st.sidebar:
        goal = st.selectbox(
            "What to learn",
            GOALS,
            key="train_goal",
            persist_state="session",
            help="Masked tokens: convert a BERT, RoBERTa or XLM-R to a Longformer, and go on training it on your "
            "documents without labels.",
        )
        source = st.selectbox("Training data", (SAMPLE_NAME, OWN_FILE), key="train_source", persist_state="session")
        if source == SAMPLE_NAME:
            st.caption("Written for this project. The first 512 tokens of a document say nothing about its label.")
            return ChosenData(SAMPLE_NAME, _sample() if goal == LABELS else _without_labels(_sample()))
        file = st.file_uploader(
            "Upload a file",
            type=list(ENDINGS),
            key="train_upload",
            max_upload_size=_UPLOAD_MEGABYTES,
            help="CSV, JSON lines or Parquet with a column of texts and a column of labels, or questions as SQuAD "
            "JSON. The file stays on this server.",
        )
        upload = st.session_state.get("train_file")
        if file is not None and (upload is None or upload.file_id != file.file_id):
            upload = st.session_state.train_file = _Upload(file.file_id, file.name, file.getvalue(), {})
        if upload is None:
            st.info("Upload a file, or choose the sample set.", icon=":material/upload_file:")
            return None
        if file is None:
            st.caption(f"From before: {literal(upload.name)}")
        try:
            return _read(upload, goal == LANGUAGE)
        except InputError as problem:
            show_problem(problem)
            return None


@st.cache_data(show_spinner=False)
def _sample() -> TrainingData:
    return sample_set()


def _without_labels(data: TrainingData) -> TrainingData:
    documents = () if data.labelled is None else data.labelled.documents
    return TrainingData(documents=tuple(LabelledDocument(each.row, each.text, ()) for each in documents))


def _read(upload: _Upload, is_language: bool) -> ChosenData:
    if is_squad(upload.content):
        return ChosenData(upload.name, read_training_data(upload.name, upload.content))
    is_text = not upload.content.startswith(b"PAR1") and not upload.name.lower().endswith(("json", "jsonl", "ndjson"))
    has_header = None
    if is_text:
        chosen = st.selectbox("Header", list(_HEADERS), key="train_header", persist_state="session")
        has_header = _HEADERS[chosen]
    if has_header not in upload.tables:
        with st.spinner(f"Reading {literal(upload.name)} …"):
            upload.tables[has_header] = read_rows(upload.name, upload.content, has_header)
    table = upload.tables[has_header]
    if is_language:
        documents, faults = documents_in(table)
        notes = [f"{len(faults):,} rows are left out. Row {faults[0].row:,}: {faults[0].reason}"] if faults else []
        return ChosenData(upload.name, TrainingData(documents=documents, notes=(*table.notes, *notes)))
    text, label = guessed_columns(table)
    places = st.columns(2)
    key = f"{upload.file_id} {has_header}"
    columns = list(table.columns)
    text = places[0].selectbox("Text", columns, columns.index(text), key=f"train_text {key}")
    label = places[1].selectbox("Label", columns, columns.index(label), key=f"train_label {key}")
    several = st.toggle(
        "Several labels",
        key=f"train_several {key}",
        help="A document may have several labels: a list, or names between |, ; or commas.",
    )
    data = labelled_data(table, text, label, several)
    return ChosenData(upload.name, TrainingData(data, notes=data.notes), (text, label))
