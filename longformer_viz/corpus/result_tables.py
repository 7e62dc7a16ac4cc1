"""The rows of a corpus as Parquet and CSV, a part at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any, cast

import pyarrow
import pyarrow.parquet

from longformer_viz.checks import check_values
from longformer_viz.corpus.plan import LONG_TOKENS, SHORT_TOKENS, CorpusPlan
from longformer_viz.spec import InputError, shown
from longformer_viz.tables import spreadsheet, table_csv

_WRITTEN_AT_ONCE = 2_000
_TEXT, _WHOLE, _SHARE, _FLAG = pyarrow.string(), pyarrow.int64(), pyarrow.float64(), pyarrow.bool_()
_SPAN = pyarrow.struct([("text", _TEXT), ("start", _WHOLE), ("end", _WHOLE), ("probability", _SHARE)])
COLUMNS: dict[str, pyarrow.DataType] = {
    "document": _TEXT,
    "same_as": _TEXT,
    "task": _TEXT,
    "question": _TEXT,
    "setting": _TEXT,
    "result": _TEXT,
    "has_answer": _FLAG,
    "is_weak": _FLAG,
    "probability": _SHARE,
    "no_answer_probability": _SHARE,
    "passage": _TEXT,
    "start": _WHOLE,
    "end": _WHOLE,
    "evidence_token": _WHOLE,
    "tokens": _WHOLE,
    "others": pyarrow.list_(_SPAN),
    "right": pyarrow.list_(_TEXT),
    "is_right": _FLAG,
    "f1": _SHARE,
    "cause": _TEXT,
    "strategy": _TEXT,
    "window": _WHOLE,
    "placement": _TEXT,
    "model": _TEXT,
    "seconds": _SHARE,
    "peak_bytes": _WHOLE,
    "tokens_read": _WHOLE,
    "measured_tokens": _WHOLE,
    "error": _TEXT,
    "notes": _TEXT,
    "key": _TEXT,
}
"""The columns of the results and their types. A measurement adds shares of answers, and a column a window."""
Row = dict[str, Any]
_MISTAKES = ("document", "question", "setting", "cause", "right", "result", "passage", "probability", "start", "end")


_KINDS = {_TEXT: str, _WHOLE: Integral, _SHARE: Real, _FLAG: bool}
_CHECKED = {name: _KINDS[kind] for name, kind in COLUMNS.items() if kind in _KINDS}
ANSWER, LABEL, MEASURE, DOCUMENT = "answer", "label", "measure", "document"
"""What a row is about; "document" is one that could not be read."""


def check_row(row: Any) -> Row:
    """Return a row if its values have the types of its columns. A value may be missing or None.

    Args:
        row: The row.

    Raises:
        InputError: If they do not, or it does not state its document, what it is about or its setting.
    """
    if not isinstance(row, Mapping):
        raise InputError(f"A row must be a dictionary. You entered {shown(row)}. Read rows with read_rows().")
    for name in ("document", "task", "setting"):
        is_needed = name != "setting" or row["task"] in (ANSWER, LABEL)
        if is_needed and not isinstance(row.get(name), str):
            raise _wrong_value(name, row.get(name))
    for name, value in row.items():
        kind = _CHECKED.get(name) if isinstance(name, str) else None
        if kind is not None and value is not None and not _is_of(kind, value):
            raise _wrong_value(name, value)
    right = row.get("right")
    if right is not None and not (isinstance(right, list) and all(isinstance(each, str) for each in right)):
        raise _wrong_value("right", right)
    return cast(Row, row)


def check_rows(rows: Any) -> list[Row]:
    """Return rows, each of them checked as by `check_row`.

    Args:
        rows: The rows.

    Raises:
        InputError: If they are no list of rows, or one of them is wrong.
    """
    return [check_row(row) for row in check_values(rows, "rows", "Read them with read_rows().")]


def _is_of(kind: type, value: Any) -> bool:
    if kind is bool or kind is str:
        return isinstance(value, kind)
    is_small = not isinstance(value, Integral) or -(2**63) <= int(value) < 2**63
    return isinstance(value, kind) and not isinstance(value, bool) and is_small


def _wrong_value(name: str, value: Any) -> InputError:
    return InputError(
        f"A row must have values of the types of its columns. You entered {shown(value)} for {name}. "
        "Read rows with read_rows()."
    )


def schema_of(plan: CorpusPlan) -> pyarrow.Schema:
    """Return the columns of a plan's results.

    Args:
        plan: The plan.
    """
    if not plan.measure:
        return pyarrow.schema(list(COLUMNS.items()))
    measured = [f"share_past_{length}" for length in (SHORT_TOKENS, LONG_TOKENS)]
    measured += [f"captured_mass_{window}" for window in plan.windows]
    return pyarrow.schema([*COLUMNS.items(), *((name, _SHARE) for name in measured)])


def write_parquet(path: Path, rows: Iterable[Row], plan: CorpusPlan) -> None:
    """Write rows as a Parquet file, a part at a time.

    Args:
        path: The file.
        rows: The rows.
        plan: The plan.
    """
    schema = schema_of(plan)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for part in _parts(rows):
            writer.write_table(pyarrow.Table.from_pylist([_encodable(row) for row in part], schema))


def write_csv(path: Path, rows: Iterable[Row], plan: CorpusPlan) -> None:
    """Write rows as a CSV file that is safe to open in a spreadsheet, a part at a time.

    Args:
        path: The file.
        rows: The rows.
        plan: The plan.
    """
    _write_csv(path, rows, schema_of(plan).names)


def write_mistakes(path: Path, rows: Iterable[Row]) -> None:
    """Write what is wrong by the right answers as a CSV file to read, with the causes.

    Args:
        path: The file.
        rows: The rows.
    """
    _write_csv(path, filter(is_mistake, rows), _MISTAKES)


def is_mistake(row: Row) -> bool:
    """Return whether a `row` has another result than a right one that is known."""
    return row.get("right") is not None and not row.get("is_right")


def _write_csv(path: Path, rows: Iterable[Row], names: Sequence[str]) -> None:
    with path.open("wb") as file:
        for number, part in enumerate(_parts(rows)):
            text = table_csv([{name: _cell(row.get(name)) for name in names} for row in part])
            file.write(spreadsheet(text) if not number else text.split("\r\n", 1)[1].encode())


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == _WRITTEN_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _cell(value: Any) -> str | int | float | bool | None:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _encodable(row: Row) -> Row:
    """Return a row whose texts have no lone surrogates, which UTF-8 cannot store."""
    return json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
