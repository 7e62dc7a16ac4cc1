"""The results of a corpus: a folder to which rows are written as they come, and its Parquet and CSV files."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType

import filelock
import pyarrow

from longformer_viz.corpus.journal import JOURNAL, LONGEST_HEAD, damaged, end_of_whole_documents, journal_rows
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.result_tables import Row, is_mistake, write_csv, write_mistakes, write_parquet
from longformer_viz.models.storage.faults import full_disk, is_disk_full
from longformer_viz.models.storage.files import write_whole
from longformer_viz.paths import checked_path
from longformer_viz.spec import InputError, shown

PARQUET, CSV, MISTAKES = "results.parquet", "results.csv", "mistakes.csv"
_LOCK = ".lock"
_HEAD_START = b'{"plan": "'


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
        self.folder, self._plan, self._total = Path(folder), plan, total
        self._file: FileIO | None = None
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
            if journal.exists() or journal.is_symlink():
                _check_is_file(journal)
                self._check_plan(journal)
                with journal.open("rb") as file:
                    end = end_of_whole_documents(file)
                for row in journal_rows(journal, end):
                    known.setdefault(row["key"], set()).add(row["document"])
                self._file = journal.open("r+b", buffering=0)
                self._file.truncate(end)
                self._file.seek(end)
            else:
                end, self._file = 0, journal.open("x+b", buffering=0)
            if not end:
                head = {"plan": self._plan.identity, "total": self._total}
                self._write(json.dumps(head).encode() + b"\n")
        except OSError as fault:
            raise self._refusal(fault) from fault
        return known

    def _write(self, data: bytes) -> None:
        """Write bytes behind the last row, all or none of them: a full disk may take a part."""
        assert self._file is not None
        start, left = self._file.tell(), memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except BaseException:
            with suppress(OSError):
                self._file.truncate(start)
                self._file.seek(start)
            raise

    def _check_plan(self, journal: Path) -> None:
        with journal.open("rb") as file:
            first = file.readline(LONGEST_HEAD)
            is_whole = first.endswith(b"\n") or bool(file.read(1))
        with suppress(ValueError, AttributeError, RecursionError):
            if is_whole and json.loads(first).get("plan") == self._plan.identity:
                return
        if not is_whole and _HEAD_START.startswith(
            first[: len(_HEAD_START)]
        ):  # It was interrupted before its first row.
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
        text = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
        try:
            self._write(text.encode())
        except OSError as fault:
            raise self._refusal(fault) from fault
        for row in rows:
            self.names_by_key.setdefault(row["key"], set()).add(row["document"])

    def rows(self) -> Iterator[Row]:
        """Return all rows that are written."""
        return journal_rows(self.folder / JOURNAL)

    def rows_by_key(self, keys: Collection[str]) -> dict[str, list[Row]]:
        """Return the rows of some contents, each under the first name that it has, read in one pass.

        Args:
            keys: The contents' keys.
        """
        found: dict[str, list[Row]] = {}
        for row in self.rows() if keys else ():
            if row["key"] in keys:
                rows = found.setdefault(row["key"], [])
                if not rows or row["document"] == rows[0]["document"]:
                    rows.append(row)
        return found

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
        except (pyarrow.ArrowException, OverflowError) as fault:
            raise damaged(self.folder / JOURNAL) from fault

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
    journal = checked_path(folder, "A results folder") / JOURNAL
    try:
        if not journal.is_file():
            raise InputError(f"A results folder must have results; {shown(str(folder))} has none. Check the path.")
        return list(journal_rows(journal))
    except OSError as fault:
        raise InputError(
            f"A results folder must be readable; {shown(str(folder))} is not ({fault.strerror}). Check the path."
        ) from fault


def _check_is_file(journal: Path) -> None:
    if journal.exists() and not journal.is_file():
        raise OSError(None, f"{JOURNAL} is no file")
