"""Documents in tables: JSON lines and Parquet, whose rows are read where they are, and CSV and SQuAD's JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from longformer_viz.checks import check_text
from longformer_viz.corpus.finding.cells import cell_text
from longformer_viz.corpus.finding.squad import paragraphs_of
from longformer_viz.corpus.plan import Asked
from longformer_viz.paths import read_regular
from longformer_viz.spec import InputError, shown
from longformer_viz.training.own_data.reading import is_squad
from longformer_viz.training.own_data.rows import MOST_BYTES, Table, read_rows

TEXT_COLUMNS = ("text", "document", "content", "body", "context")
_NAME_COLUMNS = ("name", "id", "title", "file")
_LINES, _GROUPS, _TABLE, _SQUAD = "line", "group", "table", "squad"
_SAMPLED_ROWS = 20
_LONGEST_NAME = 200
_LONGEST_LINE = 100_000_000
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LONG_LINE = f"A line may have at most {_LONGEST_LINE // 1_000_000} MB; this one has more. Split the document."
_NO_TEXT = "A document in a table must be a text; this cell is a list, an object or binary. Choose another column."
_NO_OBJECT = 'Each line must be a JSON object, such as {"text": "..."}; this one is not. Correct the line.'


@dataclass(frozen=True, slots=True)
class TruthColumns:
    """The columns of a table that have more than the document.

    Attributes:
        name: The document's name; None guesses it, and numbers the rows without one.
        question: A question of this document; None if there is none.
        answer: The right answer, or a list of right answers; an empty cell means no answer, and a row without the
            cell that it is unknown. None if all are unknown.
        label: The right label; None if it is unknown.
    """

    name: str | None = None
    question: str | None = None
    answer: str | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        for column in (self.name, self.question, self.answer, self.label):
            if column is not None:
                check_text(column, "A column's name")


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a table.

    Attributes:
        name: The document's name.
        place: Where it is, for `row_text`.
        size_bytes: Its size.
        asked: Its questions, with their right answers.
        label: Its right label; None if it is unknown.
        problem: Why it cannot be read, or "".
    """

    name: str
    place: str
    size_bytes: int
    asked: tuple[Asked, ...] = ()
    label: str | None = None
    problem: str = ""


def rows_of(path: Path, text_column: str | None, columns: TruthColumns) -> Iterator[Row]:
    """List the documents of a table.

    Args:
        path: The file.
        text_column: The column with the documents; None guesses it.
        columns: The other columns.

    Raises:
        InputError: If the table cannot be read, or a column is missing.
    """
    ending = path.suffix.lower()
    try:
        if ending in (".jsonl", ".ndjson"):
            entries = _line_entries(path)
        elif ending == ".parquet":
            entries = _group_entries(path)
        else:
            data = read_regular(path, MOST_BYTES, "A table")
            if is_squad(data):
                yield from _squad_rows(path, data)
                return
            entries = _table_entries(read_rows(path.name, data))
        yield from _rows(path, entries, text_column, columns)
    except (OSError, pyarrow.ArrowException) as fault:
        raise InputError(
            f"A table must be complete and readable; {shown(path.name)} is not. Export it again."
        ) from fault


def row_text(path: str, place: str) -> str:
    """Read one document of a table.

    Args:
        path: The file.
        place: The document's place, as `rows_of` states it.

    Raises:
        InputError: If it is not there any more.
    """
    try:
        kind, first, second, column = json.loads(place)
        if kind == _LINES:
            with Path(path).open("rb") as file:
                file.seek(first)
                entry = json.loads(file.read(second))
        elif kind == _GROUPS:
            entry = {column: _group(path, Path(path).stat().st_mtime_ns, first, column)[second]}
        elif kind == _SQUAD:
            entry = {column: _squad_contexts(path, Path(path).stat().st_mtime_ns)[first]}
        else:
            table = _table(path, Path(path).stat().st_mtime_ns)
            entry = {column: table.rows[first][table.columns.index(column)]}
        text = cell_text(entry[column])
    except (OSError, ValueError, TypeError, LookupError, RecursionError, pyarrow.ArrowException) as fault:
        raise InputError(
            f"A table must not change while its documents are read; {shown(Path(path).name)} did. Start again."
        ) from fault
    if text is None:
        raise InputError(_NO_TEXT)
    return text


Entry = tuple[list[Any], Mapping[str, Any] | str]
"""The place of a row without its column, and its cells; a text for a row that is damaged, with the reason."""


def _line_entries(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        if file.read(2) in _MARKS_OF_UTF_16:
            raise InputError(
                f"JSON lines must be stored as UTF-8; {shown(path.name)} is UTF-16. Store it again as UTF-8."
            )
        file.seek(0)
        offset = 0
        while line := file.readline(_LONGEST_LINE):
            start, is_whole = offset, line.endswith(b"\n") or len(line) < _LONGEST_LINE
            offset += len(line)
            if not is_whole:
                while line and not line.endswith(b"\n"):
                    line = file.readline(_LONGEST_LINE)
                    offset += len(line)
                yield [_LINES, start, 0], _LONG_LINE
            elif line.strip():
                try:
                    entry = json.loads(line)
                except (ValueError, RecursionError):
                    entry = None
                yield [_LINES, start, len(line)], entry if isinstance(entry, dict) else _NO_OBJECT


def _group_entries(path: Path) -> Iterator[Entry]:
    with pyarrow.parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            number = 0
            for batch in file.iter_batches(256, [group]):
                for entry in batch.to_pylist():
                    yield [_GROUPS, group, number], entry
                    number += 1


def _table_entries(table: Table) -> Iterator[Entry]:
    entries: list[tuple[int, Entry]] = [
        (at, ([_TABLE, number, 0], dict(zip(table.columns, row, strict=True))))
        for number, (at, row) in enumerate(zip(table.numbers, table.rows, strict=True))
    ]
    faults = [
        (fault.row, ([_TABLE, 0, 0], f"A row must have all cells of its table. {fault.reason} Correct the row."))
        for fault in table.faults
    ]
    for _, entry in sorted([*entries, *faults], key=lambda each: each[0]):
        yield entry


def _rows(path: Path, entries: Iterator[Entry], text_column: str | None, columns: TruthColumns) -> Iterator[Row]:
    first = []
    for place, entry in entries:
        first.append((place, entry))
        if len(first) == _SAMPLED_ROWS:
            break
    known = [entry for _, entry in first if not isinstance(entry, str)]
    text_column = text_column or _guessed_text(path, known)
    present = dict.fromkeys(key for entry in known for key in entry)
    for column in (text_column, columns.name, columns.question, columns.answer, columns.label):
        if column is not None and column not in present:
            raise InputError(
                f"A column must be in the table; {shown(path.name)} has no {shown(column)}. "
                f"Try {', '.join(map(str, list(present)[:8]))}."
            )
    name_column = columns.name or next((name for name in _NAME_COLUMNS if name in present), None)
    for number, (place, entry) in enumerate(chain(first, entries), 1):
        cells = {} if isinstance(entry, str) else entry
        name = _text(cells.get(name_column)) if name_column else ""
        text = cell_text(cells.get(text_column))
        yield Row(
            name=_short_name(name) or f"{path.name}, row {number:,}",
            place=json.dumps([*place, text_column]),
            size_bytes=len((text or "").encode("utf-8", "replace")),
            asked=_asked(cells, columns),
            label=_text(cells.get(columns.label)) or None if columns.label else None,
            problem=entry if isinstance(entry, str) else _NO_TEXT if text is None else "",
        )


def _short_name(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]


def _asked(cells: Mapping[str, Any], columns: TruthColumns) -> tuple[Asked, ...]:
    """Return the question of a row; "" stands for the questions of the plan, to which only the answer belongs."""
    question = _text(cells.get(columns.question)) if columns.question else ""
    if columns.answer is None or columns.answer not in cells:
        return (Asked(question),) if question else ()
    cell = cells[columns.answer]
    values = [_text(value) for value in (cell if isinstance(cell, list | tuple) else [cell])]
    return (Asked(question, tuple(value for value in values if value.strip())),)


def _guessed_text(path: Path, rows: Sequence[Mapping[str, Any]]) -> str:
    lengths: dict[str, int] = {}
    for row in rows:
        for key, cell in row.items():
            lengths[str(key)] = lengths.get(str(key), 0) + (len(cell) if isinstance(cell, str) else 0)
    by_name = {key.lower(): key for key in reversed(lengths)}
    named = next((by_name[name] for name in TEXT_COLUMNS if name in by_name), None)
    if named is not None:
        return named
    if not lengths or not any(lengths.values()):
        raise InputError(f"A table must have a column with texts; {shown(path.name)} has none. Name it.")
    return max(lengths, key=lambda key: lengths[key])


def _text(cell: Any) -> str:
    """Return a cell that has a name, a question, an answer or a label; a list or the like as Python writes it."""
    text = cell_text(cell)
    return str(cell) if text is None else text


def _squad_rows(path: Path, data: bytes) -> Iterator[Row]:
    """Return each paragraph of SQuAD's JSON as a document with its own questions."""
    for number, each in enumerate(paragraphs_of(path, data)):
        yield Row(
            name=_short_name(each.name),
            place=json.dumps([_SQUAD, number, 0, "context"]),
            size_bytes=len(each.text.encode("utf-8", "replace")),
            asked=each.asked,
            problem=each.problem,
        )


@lru_cache(maxsize=2)
def _squad_contexts(path: str, changed: int) -> list[str]:
    data = read_regular(path, MOST_BYTES, "A question file")
    return [each.text for each in paragraphs_of(Path(path), data)]


@lru_cache(maxsize=2)
def _table(path: str, changed: int) -> Table:
    return read_rows(Path(path).name, read_regular(path, MOST_BYTES, "A table"))


@lru_cache(maxsize=2)
def _group(path: str, changed: int, group: int, column: str) -> list[Any]:
    with pyarrow.parquet.ParquetFile(path) as file:
        return file.read_row_group(group, [column]).column(0).to_pylist()
