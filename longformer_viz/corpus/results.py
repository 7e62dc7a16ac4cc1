"""The results of a corpus: a folder to which rows are written as they come, and its Parquet and CSV files."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import filelock

from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.result_tables import Row, is_mistake, write_csv, write_mistakes, write_parquet
from longformer_viz.models.storage.faults import full_disk, is_disk_full
from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError, shown

JOURNAL, PARQUET, CSV, MISTAKES = "rows.jsonl", "results.parquet", "results.csv", "mistakes.csv"
_LOCK = ".lock"


class ResultsFolder:
    """A folder with the rows of a corpus. Rows are kept as soon as they are written, also after an interruption.

    Args:
        folder: The folder; made if it is missing.
        plan: What is asked. Rows of another plan are refused.
        total: Number of documents, for whoever watches the folder.

    Raises:
        InputError: If the folder cannot be written, is in use, or has rows of another plan.
    """

    def __init__(self, folder: str | Path, plan: CorpusPlan, total: int = 0) -> None:
        self.folder, self._plan, self._total, self._file = Path(folder), plan, total, None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = filelock.FileLock(self.folder / _LOCK, timeout=0)
            self._lock.acquire()
        except filelock.Timeout as fault:
            raise InputError(
                f"Only one run may write to a results folder; {shown(str(folder))} is in use. Choose another folder."
            ) from fault
        except (OSError, ValueError) as fault:
            raise self._refusal(fault) from fault
        try:
            self.names_by_key = self._continued()
        except BaseException:
            self._lock.release()
            raise

    def _continued(self) -> dict[str, set[str]]:
        """Return the names that have rows by the key of their content, and open the journal behind the last row."""
        journal, known = self.folder / JOURNAL, {}
        try:
            if journal.exists():
                self._check_plan(journal)
                for row in journal_rows(journal):
                    known.setdefault(row["key"], set()).add(row["document"])
            self._file = journal.open("r+b" if journal.exists() else "x+b")
            end = _end_of_whole_lines(self._file)
            self._file.truncate(end)
            self._file.seek(end)
            if not end:
                head = {"plan": self._plan.identity, "total": self._total}
                self._file.write(json.dumps(head).encode() + b"\n")
                self._file.flush()
        except OSError as fault:
            raise self._refusal(fault) from fault
        return known

    def _check_plan(self, journal: Path) -> None:
        with journal.open("rb") as file:
            first = file.readline()
        with suppress(ValueError, AttributeError):
            if first.endswith(b"\n") and json.loads(first).get("plan") == self._plan.identity:
                return
        if not first.endswith(b"\n"):  # It was interrupted before its first row.
            return
        raise InputError(
            f"A results folder must have results of the same questions and settings; {shown(str(self.folder))} has "
            "others. Choose another folder, or delete this one."
        )

    def append(self, rows: Sequence[Row]) -> None:
        """Write rows so that no interruption of this process loses them.

        Args:
            rows: The rows.

        Raises:
            InputError: If the disk is full.
        """
        assert self._file is not None
        text = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
        try:
            self._file.write(text.encode())
            self._file.flush()
        except OSError as fault:
            raise self._refusal(fault) from fault
        for row in rows:
            self.names_by_key.setdefault(row["key"], set()).add(row["document"])

    def rows(self) -> Iterator[Row]:
        """Return all rows that are written."""
        return journal_rows(self.folder / JOURNAL)

    def rows_of(self, key: str) -> list[Row]:
        """Return the rows of one content, under the first name that it has.

        Args:
            key: The content's key.
        """
        found = [row for row in self.rows() if row["key"] == key]
        return [row for row in found if row["document"] == found[0]["document"]]

    def finish(self) -> None:
        """Write the Parquet and the CSV file, and one with the mistakes if there are any.

        Raises:
            InputError: If the disk is full.
        """
        try:
            if any(map(is_mistake, self.rows())):
                write_whole(self.folder / MISTAKES, lambda path: write_mistakes(path, self.rows()))
            write_whole(self.folder / PARQUET, lambda path: write_parquet(path, self.rows(), self._plan))
            write_whole(self.folder / CSV, lambda path: write_csv(path, self.rows(), self._plan))
        except OSError as fault:
            raise self._refusal(fault) from fault

    def close(self) -> None:
        """Release the folder."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.release()

    def __enter__(self) -> "ResultsFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        with suppress(OSError):  # A full disk was reported when its row was written.
            self.close()

    def _refusal(self, fault: OSError | ValueError) -> InputError:
        if is_disk_full(fault):
            return full_disk("A row of the results", self.folder, "continue in this folder later")
        reason = getattr(fault, "strerror", None) or fault
        return InputError(
            f"A results folder must be writable; {shown(str(self.folder))} is not ({reason}). Choose another folder."
        )


def read_rows(folder: str | Path) -> list[Row]:
    """Return the rows of a results folder that are written so far.

    Args:
        folder: The folder.

    Raises:
        InputError: If it has no results.
    """
    journal = Path(folder) / JOURNAL
    if not journal.is_file():
        raise InputError(f"A results folder must have results; {shown(str(folder))} has none. Check the path.")
    return list(journal_rows(journal))


def journal_rows(journal: Path) -> Iterator[Row]:
    """Yield the whole rows of a journal.

    Args:
        journal: The file.
    """
    with journal.open("rb") as file:
        next(file, None)  # The plan's identity.
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def total_documents(folder: Path) -> int:
    """Return the number of documents of a run that writes to a folder.

    Args:
        folder: The folder.
    """
    with (folder / JOURNAL).open("rb") as file:
        return int(json.loads(file.readline())["total"])


def _end_of_whole_lines(file: BinaryIO) -> int:
    """Return the position behind the last whole line."""
    position = file.seek(0, os.SEEK_END)
    while position:
        start = max(0, position - 65_536)
        file.seek(start)
        last = file.read(position - start).rfind(b"\n")
        if last >= 0:
            return start + last + 1
        position = start
    return 0
