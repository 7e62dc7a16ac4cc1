"""Documents with one label or several, from two columns of a table."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longformer_viz.spec import InputError, shown
from longformer_viz.training.own_data.rows import RowFault, Table

MOST_LABELS = 200
_TEXT_NAMES = ("text", "document", "body", "content", "article", "message")
_LABEL_NAMES = ("label", "labels", "class", "category", "topic", "sentiment", "target", "tags")
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.0+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BETWEEN_LABELS = re.compile(r"[|;,\n]")


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document and its labels.

    Attributes:
        row: The number of its row in the file.
        text: The document.
        labels: Its label, or its labels in alphabetical order.
    """

    row: int
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledData:
    """The documents of a file that can be used.

    Attributes:
        documents: The documents.
        several: Whether a document may have several labels.
        faults: The rows that are left out.
        notes: What to know about the data, in full sentences.
    """

    documents: tuple[LabelledDocument, ...]
    several: bool = False
    faults: tuple[RowFault, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in alphabetical order; numbers in the order of their values."""
        return tuple(sorted({label for document in self.documents for label in document.labels}, key=_rank))

    @property
    def counts(self) -> dict[str, int]:
        """How many documents have each label."""
        counted = Counter(label for document in self.documents for label in document.labels)
        return {label: counted[label] for label in self.labels}


def guessed_columns(table: Table) -> tuple[str, str]:
    """Return the columns that probably have the text and the label: by their names, then by their content.

    Args:
        table: A table of at least two columns.

    Raises:
        InputError: If the table has a single column.
    """
    if len(table.columns) < 2:
        raise InputError(
            f"Training data needs a column with the text and one with the label. {shown(table.name)} has the single "
            f"column {shown(''.join(table.columns))}. Add the other one, or check the separator."
        )
    sample = table.rows[:1000]
    lengths = [sum(len(str(row[index] or "")) for row in sample) for index in range(len(table.columns))]
    text = _named(table.columns, _TEXT_NAMES)
    text = table.columns[lengths.index(max(lengths))] if text is None else text
    others = [column for column in table.columns if column != text]
    label = _named(others, _LABEL_NAMES)
    return text, label or min(others, key=lambda column: _distinct(sample, table.columns.index(column)))


def _named(columns: Sequence[str], names: Sequence[str]) -> str | None:
    by_name = {column.strip().lower(): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def _distinct(rows: Sequence[tuple[Any, ...]], index: int) -> int:
    """Return the number of distinct cells; a column of a single value comes last."""
    count = len({str(row[index]) for row in rows})
    return count if count > 1 else len(rows) + 1


def labelled_data(table: Table, text_column: str, label_column: str, several: bool = False) -> LabelledData:
    """Take documents and labels from two columns.

    Args:
        table: The table.
        text_column: The column with the documents.
        label_column: The column with the labels.
        several: Whether a cell has several labels: a list, or names between |, ; or commas.

    Returns:
        The documents. Rows without text or label, and rows that contradict an earlier one, are among the faults.

    Raises:
        InputError: If a column does not exist, or the documents have fewer than two labels or more than 200.
    """
    for column in (text_column, label_column):
        if column not in table.columns:
            raise InputError(
                f"A column must be one of {', '.join(table.columns)}. You entered {shown(column)}. "
                f"Try {table.columns[0]}."
            )
    if text_column == label_column:
        raise InputError(
            f"Text and label must be in two columns. You entered {shown(text_column)} for both. Choose another one."
        )
    text_at, label_at = table.columns.index(text_column), table.columns.index(label_column)
    documents, faults, seen = [], list(table.faults), {}
    doubled = 0
    for number, row in zip(table.numbers, table.rows, strict=True):
        text, labels = row[text_at], _labels_of(row[label_at], several)
        if not isinstance(text, str) or not text.strip():
            faults.append(RowFault(number, "Its text is empty." if text in (None, "") else "It has no text."))
        elif not labels:
            faults.append(RowFault(number, "Its label is empty."))
        elif (before := seen.setdefault(normal_text(text), (number, labels)))[1] != labels:
            faults.append(RowFault(number, f"It has the text of row {before[0]:,} with another label."))
        else:
            doubled += before[0] != number
            documents.append(LabelledDocument(number, clean(text), labels))
    notes = list(table.notes)
    if doubled:
        documents_word = "document comes" if doubled == 1 else "documents come"
        notes.append(f"{doubled:,} {documents_word} more than once. All copies stay in the same part of the split.")
    data = LabelledData(tuple(documents), several, tuple(sorted(faults, key=lambda fault: fault.row)), tuple(notes))
    _check_labels(data, table.name, label_column)
    return data


def documents_in(
    table: Table, text_column: str | None = None
) -> tuple[tuple[LabelledDocument, ...], tuple[RowFault, ...]]:
    """Take documents without labels from one column.

    Args:
        table: The table.
        text_column: The column; None takes the one with the longest texts.

    Returns:
        The documents, and the rows that are left out.

    Raises:
        InputError: If the column does not exist, or fewer than two documents are in it.
    """
    column = text_column or (guessed_columns(table)[0] if len(table.columns) > 1 else "".join(table.columns))
    if column not in table.columns:
        raise InputError(f"A column must be one of {', '.join(table.columns)}. You entered {shown(column)}.")
    at = table.columns.index(column)
    documents, faults = [], list(table.faults)
    for number, row in zip(table.numbers, table.rows, strict=True):
        if isinstance(row[at], str) and row[at].strip():
            documents.append(LabelledDocument(number, clean(row[at]), ()))
        else:
            faults.append(RowFault(number, "Its text is empty."))
    if len({normal_text(document.text) for document in documents}) < 2:
        raise InputError(
            f"Training needs at least two different documents. Column {shown(column)} of {shown(table.name)} has "
            "fewer. Choose another column, or add documents."
        )
    return tuple(documents), tuple(sorted(faults, key=lambda fault: fault.row))


def _labels_of(cell: Any, several: bool) -> tuple[str, ...]:
    if isinstance(cell, str) and several and cell.lstrip().startswith("["):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            cell = cell.strip().strip("[]").replace("'", "").replace('"', "")
    if isinstance(cell, str) and several:
        cell = _BETWEEN_LABELS.split(cell)
    cells = cell if isinstance(cell, list | tuple) else [cell]
    names = sorted({name for each in cells if (name := _label_name(each))}, key=_rank)
    return tuple(names) if several or not names else (" | ".join(names),)


def _label_name(cell: Any) -> str:
    """Return a label as text: 1, 1.0 and "1.0" are the same label, "01" is another one."""
    if cell is None or cell != cell:  # An empty cell of a column of numbers is not equal to itself.
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    name = " ".join(clean(str(cell)).split())
    return name.partition(".")[0] if _WHOLE_NUMBER.fullmatch(name) else name


def clean(text: str) -> str:
    """Return a text without the halves of characters that some programs leave where they cut a text.

    Args:
        text: The text.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def _rank(label: str) -> tuple[bool, float, str]:
    is_number = _NUMBER.fullmatch(label) is not None
    return not is_number, float(label) if is_number else 0.0, label


def normal_text(text: str) -> str:
    """Return a text in lower case with single spaces: documents that differ in nothing else are the same.

    Args:
        text: The text.
    """
    return " ".join(text.lower().split())


def _check_labels(data: LabelledData, name: str, column: str) -> None:
    counts = data.counts
    if len(counts) < 2:
        found = f"the single label {shown(next(iter(counts)))}" if counts else "no document with a label"
        raise InputError(
            f"Training needs documents of at least two labels. Column {shown(column)} of {shown(name)} has {found}. "
            "Choose another column, or add documents of another label."
        )
    if len(counts) > MOST_LABELS:
        raise InputError(
            f"Training data must have at most {MOST_LABELS} labels. Column {shown(column)} of {shown(name)} has "
            f"{len(counts):,} different ones. Choose another column."
        )
