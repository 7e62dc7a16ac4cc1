"""Read a reader's training data of any supported format, and split it."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.documents.decoding import decode
from longformer_viz.spec import InputError, shown
from longformer_viz.training.datasets import Article, DataFile, questions_in
from longformer_viz.training.own_data.labelled import (
    LabelledData,
    LabelledDocument,
    documents_in,
    guessed_columns,
    labelled_data,
)
from longformer_viz.training.own_data.rows import MOST_BYTES, RowFault, Table, read_rows

LABELS, SEVERAL_LABELS, QUESTIONS, LANGUAGE = "labels", "several labels", "questions", "language"
TASKS = (LABELS, SEVERAL_LABELS, QUESTIONS, LANGUAGE)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A reader's data: labelled documents, articles with questions, or documents alone.

    Attributes:
        labelled: Labelled documents, or None.
        articles: Articles with questions; empty for others.
        documents: Documents without labels; empty for others.
        faults: The rows that are left out.
        notes: How the file was read, in full sentences.
    """

    labelled: LabelledData | None = None
    articles: tuple[Article, ...] = ()
    documents: tuple[LabelledDocument, ...] = ()
    faults: tuple[RowFault, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All documents."""
        if self.labelled is not None:
            return tuple(document.text for document in self.labelled.documents)
        if self.documents:
            return tuple(document.text for document in self.documents)
        return tuple("\n\n".join(paragraph.context for paragraph in article.paragraphs) for article in self.articles)

    @property
    def task(self) -> str:
        """The task of these data: "labels", "several labels", "questions" or "language"."""
        if self.labelled is None:
            return LANGUAGE if self.documents else QUESTIONS
        return SEVERAL_LABELS if self.labelled.several else LABELS


def is_squad(data: bytes) -> bool:
    """Return whether a file looks like questions in SQuAD's format.

    Args:
        data: The file's bytes.
    """
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and b'"data"' in data and b'"qas"' in data and b'"paragraphs"' in data


def read_training_data(
    name: str,
    data: bytes,
    text_column: str | None = None,
    label_column: str | None = None,
    several: bool = False,
    has_header: bool | None = None,
) -> TrainingData:
    """Read a file with training data.

    Args:
        name: Name of the file.
        data: Its bytes.
        text_column: The column with the documents; None guesses it.
        label_column: The column with the labels; None guesses it.
        several: Whether a document may have several labels.
        has_header: Whether the first row of a CSV file has the names of the columns; None decides by its content.

    Returns:
        The data.

    Raises:
        InputError: If the file cannot be used.
    """
    if is_squad(data):
        return _questions(name, data)
    table = read_rows(name, data, has_header)
    guessed_text, guessed_label = guessed_columns(table)
    labelled = labelled_data(table, text_column or guessed_text, label_column or guessed_label, several)
    return TrainingData(labelled, faults=labelled.faults, notes=(*labelled.notes, *left_out(labelled.faults)))


def left_out(faults: Sequence[RowFault]) -> tuple[str, ...]:
    """Return a sentence that says how many rows are left out, and why the first one is; none for no row.

    Args:
        faults: The rows.
    """
    if not faults:
        return ()
    rows = "row is" if len(faults) == 1 else "rows are"
    return (f"{len(faults):,} {rows} left out. Row {faults[0].row:,}: {faults[0].reason}",)


def without_labels(data: TrainingData) -> TrainingData:
    """Return the documents of any data without their labels or questions.

    Args:
        data: The data.
    """
    documents = tuple(LabelledDocument(number, text, ()) for number, text in enumerate(data.texts, 1))
    return TrainingData(documents=documents, faults=data.faults, notes=data.notes)


def read_documents(
    name: str, data: bytes, text_column: str | None = None, has_header: bool | None = None
) -> TrainingData:
    """Read a file with documents, to go on training a language model.

    Args:
        name: Name of the file.
        data: Its bytes.
        text_column: The column with the documents; None guesses it.
        has_header: As for `read_training_data`.

    Raises:
        InputError: If the file cannot be used.
    """
    if is_squad(data):
        return without_labels(_questions(name, data))
    return plain_documents(read_rows(name, data, has_header), text_column)


def plain_documents(table: Table, text_column: str | None = None) -> TrainingData:
    """Take documents without labels from a table.

    Args:
        table: The table.
        text_column: The column with the documents; None guesses it.

    Raises:
        InputError: If the table cannot be used.
    """
    documents, faults = documents_in(table, text_column)
    return TrainingData(documents=documents, faults=faults, notes=(*table.notes, *left_out(faults)))


def _questions(name: str, data: bytes) -> TrainingData:
    decoded = decode(data) if len(data) <= MOST_BYTES else None
    if decoded is None:
        raise InputError(
            f"A question file must be JSON text of at most {MOST_BYTES // 1_000_000} MB. {shown(name)} is not. "
            "Export it again, or split it."
        )
    found: DataFile[Article] = questions_in(decoded.text, name)
    notes = [*decoded.notes, *(f"{count:,} {fault}." for fault, count in sorted(found.faults.items()))]
    return TrainingData(articles=found.items, notes=tuple(notes))
