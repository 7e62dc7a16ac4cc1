"""Rows of a table in a file: CSV with any separator and encoding, JSON lines, or Parquet."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow
import pyarrow.parquet

from longformer_viz.documents.decoding import decode
from longformer_viz.spec import InputError, shown

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
MOST_BYTES = 200_000_000
_MOST_UNPACKED_BYTES = 2_000_000_000
ENDINGS = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet")
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_QUOTES = ('"', "'")
_SAMPLED_ROWS = 100
_HEADING_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that is left out.

    Attributes:
        row: Its number, from 1; in a file with a header the first row after it.
        reason: Why it is left out, as a sentence.
    """

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file.

    Attributes:
        name: Name of the file.
        columns: Names of the columns.
        rows: One tuple of cells a row, in the order of the columns; None where a row has no such cell.
        numbers: The number of each row in the file, from 1.
        faults: Rows that could not be read.
        notes: How the file was read, in full sentences.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numbers: tuple[int, ...]
    faults: tuple[RowFault, ...] = ()
    notes: tuple[str, ...] = ()


def read_rows(name: str, data: bytes, has_header: bool | None = None) -> Table:
    """Read the rows of a table. Nothing in the file is executed.

    Args:
        name: Name of the file; its ending tells the format.
        data: The file's bytes.
        has_header: Whether the first row of a CSV file has the names of the columns; None decides by its content.

    Returns:
        The table. A row that cannot be read is among its faults.

    Raises:
        InputError: If the file is too large, empty, of another format, or has no row.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"A data file must have at most {MOST_BYTES // 1_000_000} MB. {shown(name)} has "
            f"{len(data) / 1e6:,.0f} MB. Split it, or leave out columns that are not needed."
        )
    ending = name.rsplit(".", 1)[-1].lower()
    if data[:4] == b"PAR1":
        return _parquet(name, data)
    decoded = None if ending == "parquet" else decode(data)
    if decoded is None:
        raise InputError(
            f"A data file must be a CSV, JSON lines or Parquet file. {shown(name)} is none of them. Export the table "
            "again."
        )
    if not decoded.text.strip():
        raise InputError(f"A data file must not be empty. {shown(name)} is. Export it again.")
    looks_like_json = decoded.text.lstrip()[:1] in ("{", "[") and ending not in ("csv", "tsv", "txt")
    is_json = ending in ("json", "jsonl", "ndjson") or looks_like_json
    if is_json:
        return _with_notes(_json_rows(name, decoded.text), decoded.notes)
    return _with_notes(_separated(name, decoded.text, has_header), decoded.notes)


def _with_notes(table: Table, notes: Sequence[str]) -> Table:
    return Table(table.name, table.columns, table.rows, table.numbers, table.faults, (*notes, *table.notes))


def _separated(name: str, text: str, has_header: bool | None) -> Table:
    """Read a CSV file, with the separator that gives rows of equal length."""
    csv.field_size_limit(MOST_BYTES)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    quote = max(_QUOTES, key=lambda each: sum(text.count(each + separator + each) for separator in _SEPARATORS))
    separator = max(_SEPARATORS, key=lambda each: _agreement(text, each, quote))
    _check_quotes(name, text, separator, quote)
    read = [
        (number, row)
        for number, row in enumerate(_records(name, text, separator, quote), 1)
        if any(map(str.strip, row))
    ]
    if not read:
        raise InputError(f"A data file must have rows. {shown(name)} has none. Export it again.")
    width = len(read[0][1])
    _check_columns(name, width)
    notes = [] if separator == "," else [f"The cells are separated by {_SEPARATORS[separator]}."]
    if has_header is None:
        has_header = _looks_like_header([row for _, row in read[:_SAMPLED_ROWS]])
        guess = "was taken as the header" if has_header else "is no header, so the columns are numbered"
        notes.append(f"The first row {guess}.")
    if has_header:
        columns, read = _unique(read[0][1]), read[1:]
        first = 1
    else:
        columns, first = tuple(f"column {number}" for number in range(1, width + 1)), 0
    if not read:
        raise InputError(f"A data file must have rows. {shown(name)} has a header and no row. Export it again.")
    _check_count(name, len(read))
    rows, numbers, faults = [], [], []
    for number, row in read:
        if len(row) == width:
            rows.append(tuple(row))
            numbers.append(number - first)
        else:
            cells = "cell" if len(row) == 1 else "cells"
            faults.append(RowFault(number - first, f"It has {len(row)} {cells} instead of {width}."))
    return Table(name, columns, tuple(rows), tuple(numbers), tuple(faults), tuple(notes))


def _records(name: str, text: str, separator: str, quote: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote)
    try:
        yield from reader
    except csv.Error as fault:
        raise InputError(
            f"A CSV file must have matching quotes. {shown(name)} has an error near line {reader.line_num:,} "
            f"({fault}). Correct this line."
        ) from fault


def _check_quotes(name: str, text: str, separator: str, quote: str) -> None:
    """Refuse a file whose last quote never ends: what follows it would be read as one cell."""
    reader, started = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote, strict=True), 1
    try:
        for _ in reader:
            started = reader.line_num + 1
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise InputError(
                f"A CSV file must have matching quotes. {shown(name)} opens one in line {started:,} and never closes "
                "it. Correct this line."
            ) from fault


def _agreement(text: str, separator: str, quote: str) -> tuple[float, int]:
    """Return how many of the first rows have the usual number of cells, and that number; (0, 1) for one cell."""
    lengths = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote):
            if any(map(str.strip, row)):
                lengths.append(len(row))
            if len(lengths) == _SAMPLED_ROWS:
                break
    except csv.Error:
        return 0.0, 1
    if not lengths:
        return 0.0, 1
    usual = lengths[0]
    return (lengths.count(usual) / len(lengths), usual) if usual > 1 else (0.0, 1)


def _looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is short, unlike a number, without repeats, and none of its cells comes again."""
    first, *others = rows
    cells = [cell.strip() for cell in first]
    if not all(cells) or len(set(cells)) < len(cells):
        return False
    if any(len(cell) > _HEADING_CHARACTERS or _is_number(cell) for cell in cells):
        return False
    return not any(
        cell == row[index].strip() for index, cell in enumerate(cells) for row in others if index < len(row)
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for number, name in enumerate(names, 1):
        clean = name.strip() or f"column {number}"
        found.append(clean if clean not in found else f"{clean} ({number})")
    return tuple(found)


def _json_rows(name: str, text: str) -> Table:
    """Read JSON lines, or one JSON array of objects."""
    entries: list[tuple[int, Any]] = []
    faults = []
    if text.lstrip().startswith("["):
        try:
            entries = list(enumerate(json.loads(text), 1))
        except (ValueError, RecursionError) as fault:
            raise InputError(
                f"A JSON file must be an array of objects or one object a line. {shown(name)} is damaged. "
                "Export it again."
            ) from fault
    else:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    entries.append((number, json.loads(line)))
                except (ValueError, RecursionError):
                    faults.append(RowFault(number, "It is no JSON object."))
    kept = []
    for number, entry in entries:
        if isinstance(entry, dict):
            kept.append((number, entry))
        else:
            faults.append(RowFault(number, "It is no JSON object."))
    if not kept:
        raise InputError(
            f'A JSON lines file must have one object a line, such as {{"text": "...", "label": "a"}}. {shown(name)} '
            "has none. Compare it with this example."
        )
    _check_count(name, len(kept))
    columns = tuple(dict.fromkeys(str(key) for _, entry in kept for key in entry))
    _check_columns(name, len(columns))
    rows = tuple(tuple(entry.get(column) for column in columns) for _, entry in kept)
    return Table(name, columns, rows, tuple(number for number, _ in kept), tuple(sorted(faults, key=_row_of)))


def _row_of(fault: RowFault) -> int:
    return fault.row


def _parquet(name: str, data: bytes) -> Table:
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        _check_count(name, file.metadata.num_rows)
        unpacked = sum(file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups))
        if unpacked > _MOST_UNPACKED_BYTES:
            raise InputError(
                f"A Parquet file must have at most {_MOST_UNPACKED_BYTES // 10**9} GB unpacked. {shown(name)} has "
                f"{unpacked / 1e9:.1f} GB. Split it."
            )
        _check_columns(name, file.metadata.num_columns)
        table = file.read()
        columns = [column.to_pylist() for column in table.columns]
    except InputError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError) as fault:
        raise InputError(f"A Parquet file must be complete. {shown(name)} is damaged. Export it again.") from fault
    names = tuple(map(str, table.column_names))
    if not columns or not columns[0]:
        raise InputError(f"A data file must have rows. {shown(name)} has none. Export it again.")
    rows = tuple(zip(*columns, strict=True))
    return Table(name, names, rows, tuple(range(1, len(rows) + 1)))


def _check_columns(name: str, count: int) -> None:
    """Raise InputError for more columns than a table has: rows times columns must fit in memory."""
    if count > MOST_COLUMNS:
        raise InputError(
            f"A data file must have at most {MOST_COLUMNS:,} columns. {shown(name)} has {count:,}. Leave out columns "
            "that are not needed."
        )


def _check_count(name: str, count: int) -> None:
    if count > MOST_ROWS:
        raise InputError(
            f"A data file must have at most {MOST_ROWS:,} rows. {shown(name)} has {count:,}. Split it, or "
            "draw a sample."
        )
