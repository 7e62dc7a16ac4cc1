"""The choice of training data: a sample set, or the reader's file with its columns."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import streamlit as st

from longformer_viz.server.policy import check_upload
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.labelled import guessed_columns, labelled_data
from longformer_viz.training.own_data.reading import (
    TrainingData,
    is_squad,
    plain_documents,
    read_documents,
    read_training_data,
    without_labels,
)
from longformer_viz.training.own_data.rows import ENDINGS, MOST_BYTES, Table, read_rows
from longformer_viz.training.own_data.sample_set import SAMPLE_NAME, sample_set
from longformer_viz.ui.shared.formatting import literal, show_problem

OWN_FILE = "Your own file"
LABELS_OR_QUESTIONS, MASKED = GOALS = ("Labels or questions", "Masked tokens")
_HEADERS = {"Decide by its content": None, "First row has column names": True, "No header": False}
_UPLOAD_MEGABYTES = MOST_BYTES // 1_000_000


@dataclass(frozen=True, slots=True)
class ChosenData:
    """Training data and their name.

    Attributes:
        name: Name of the file or sample set.
        data: The data.
        key: Equal for equal data.
        columns: The columns of texts and labels, where a file has them.
        has_header: Whether the visitor says that a CSV file has a header; None decides by its content.
    """

    name: str
    data: TrainingData
    key: Hashable
    columns: tuple[str, str] | None = None
    has_header: bool | None = None


@dataclass(slots=True)
class _Upload:
    """The last uploaded file. It is kept when the page is left, which takes the control's file away."""

    file_id: str
    name: str
    content: bytes
    is_squad: bool
    tables: dict[bool | None, Table] = field(default_factory=dict)
    read: dict[Hashable, TrainingData] = field(default_factory=dict)

    def kept(
        self,
        choice: tuple,
        read: Callable[[], TrainingData],
        columns: tuple[str, str] | None = None,
        has_header: bool | None = None,
    ) -> ChosenData:
        """Return the data of a choice of columns, read once."""
        if choice not in self.read:
            self.read[choice] = read()
        return ChosenData(self.name, self.read[choice], (self.file_id, *choice), columns, has_header)


def choose_data() -> ChosenData | None:
    """Show the controls of the data in the sidebar. Return None, with a message, where there are none to train on."""
    with st.sidebar:
        goal = st.selectbox(
            "Training task",
            GOALS,
            key="train_goal",
            persist_state="session",
            help="Masked tokens: convert a BERT, RoBERTa or XLM-R to a Longformer, and go on training it on your "
            "documents without labels.",
        )
        source = st.selectbox("Training data", (SAMPLE_NAME, OWN_FILE), key="train_source", persist_state="session")
        if source == SAMPLE_NAME:
            st.caption("Written for this project. The first 512 tokens of a document say nothing about its label.")
            return ChosenData(SAMPLE_NAME, _sample(goal == MASKED), (SAMPLE_NAME, goal))
        file = st.file_uploader(
            "Upload a file",
            type=list(ENDINGS),
            key="train_upload",
            max_upload_size=min(_UPLOAD_MEGABYTES, app_settings().max_upload_megabytes),
            help="CSV, JSON lines or Parquet with a column of texts and a column of labels, or questions as SQuAD "
            "JSON. The file stays on this server.",
        )
        upload = st.session_state.get("train_file")
        if file is not None and (upload is None or upload.file_id != file.file_id):
            content = check_upload(file.name, file.getvalue())
            upload = st.session_state.train_file = _Upload(file.file_id, file.name, content, is_squad(content))
        if upload is None:
            st.info("Upload a file, or choose the sample set.", icon=":material/upload_file:")
            return None
        if file is None:
            st.caption(f"Uploaded earlier: {literal(upload.name)}")
        try:
            return _read(upload, goal == MASKED)
        except InputError as problem:
            show_problem(problem)
            return None


@st.cache_resource(show_spinner=False)
def _sample(is_language: bool) -> TrainingData:
    return without_labels(sample_set()) if is_language else sample_set()


def _read(upload: _Upload, is_language: bool) -> ChosenData:
    """Show the controls of the file's columns, and read it. Each choice is read once."""
    name, content = upload.name, upload.content
    if upload.is_squad:
        read = read_documents if is_language else read_training_data
        return upload.kept((is_language,), lambda: read(name, content))
    has_header = None
    if not content.startswith(b"PAR1") and not name.lower().endswith(("json", "jsonl", "ndjson")):
        chosen = st.selectbox("Header", list(_HEADERS), key="train_header", persist_state="session")
        has_header = _HEADERS[chosen]
    if has_header not in upload.tables:
        with st.spinner(f"Reading {literal(name)} …"):
            upload.tables[has_header] = read_rows(name, content, has_header)
    table = upload.tables[has_header]
    if is_language:
        return upload.kept((is_language, has_header), lambda: plain_documents(table))
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

    def read_labels() -> TrainingData:
        data = labelled_data(table, text, label, several)
        return TrainingData(data, faults=data.faults, notes=data.notes)

    return upload.kept((has_header, text, label, several), read_labels, (text, label), has_header)
