"""The journal of a results folder: one line with the plan, then one for each row, read with care for what is torn."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from longformer_viz.corpus.result_tables import Row, check_row
from longformer_viz.spec import InputError, shown

JOURNAL = "rows.jsonl"
LONGEST_HEAD = 65_536
_ROW_START = b'{"document": "'


def is_results_folder(folder: Path) -> bool:
    """Return whether a `folder` has the results of a run."""
    journal = folder / JOURNAL
    with suppress(OSError, ValueError, RecursionError):
        if journal.is_file():
            with journal.open("rb") as file:
                head = json.loads(file.readline(LONGEST_HEAD))
            return isinstance(head, dict) and head.keys() == {"plan", "total"}
    return False


def journal_rows(journal: Path, end: int | None = None) -> Iterator[Row]:
    """Yield the whole rows of a journal.

    Args:
        journal: The file.
        end: Where the rows end; None for the end of the file.

    Raises:
        InputError: If a row is damaged.
    """
    with journal.open("rb") as file:
        position = len(file.readline())  # The plan's identity.
        for number, line in enumerate(file, 2):
            position += len(line)
            if not line.endswith(b"\n") or (end is not None and position > end):
                return
            yield _row(journal, number, line)


def _row(journal: Path, number: int, line: bytes) -> Row:
    try:
        row = check_row(json.loads(line))
        if isinstance(row.get("key"), str):
            return row
    except (ValueError, RecursionError) as fault:
        raise damaged(journal, number) from fault
    raise damaged(journal, number)


def damaged(journal: Path, number: int | None = None) -> InputError:
    """Return the error for rows that were changed.

    Args:
        journal: The file.
        number: The damaged line; None if it is unknown.
    """
    place = "" if number is None else f"line {number:,} of "
    return InputError(
        f"The rows of a results folder must stay as they were written; {place}{shown(str(journal))} is damaged. "
        "Choose another folder, or delete this one."
    )


def end_of_whole_documents(file: BinaryIO) -> int:
    """Return the position behind the last document that has all its rows: an interruption may cut the last one.

    Args:
        file: The journal.
    """
    end = size = _line_end(file, file.seek(0, os.SEEK_END))
    file.seek(end)
    torn = file.read(LONGEST_HEAD)
    if not torn:
        return end
    last = None
    while end:
        start = _line_end(file, end - 1)
        file.seek(start)
        row: Any = None
        with suppress(ValueError, RecursionError):
            row = json.loads(file.read(end - start))
        about = {name: row.get(name) for name in ("document", "key")} if isinstance(row, dict) and start else None
        if about is None or (last is not None and about != last):
            return end
        same = json.dumps(about)[:-1].encode()[:LONGEST_HEAD]
        if last is None and torn.startswith(_ROW_START) and not same.startswith(torn) and not torn.startswith(same):
            return size  # The row that is cut is the first one of the next document.
        last, end = about, start
    return end


def _line_end(file: BinaryIO, position: int) -> int:
    """Return the position behind the last line that ends before a position."""
    while position:
        start = max(0, position - 65_536)
        file.seek(start)
        last = file.read(position - start).rfind(b"\n")
        if last >= 0:
            return start + last + 1
        position = start
    return 0
