"""The files of a folder or a pattern, and what is left out of them with the reason."""

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from longformer_viz.corpus.journal import JOURNAL, is_results_folder
from longformer_viz.corpus.results import CSV, MISTAKES, PARQUET
from longformer_viz.spec import InputError, shown

HIDDEN, RESULT, LINK = "hidden", "result", "link"
_RESULTS = {JOURNAL, PARQUET, CSV, MISTAKES}
_HIDDEN_NAMES = {"__MACOSX", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a source.

    Attributes:
        path: Where it is.
        name: Its name below the source.
        is_source: Whether it is the source itself.
        problem: Why it cannot be read, or "".
        left_out: "hidden", "result" of an earlier run or "link" to a folder if it is no document; else "".
    """

    path: Path
    name: str
    is_source: bool = False
    problem: str = ""
    left_out: str = ""


def find_files(source: str) -> Iterator[FoundFile]:
    """Yield the files of a path or a pattern, sorted. Links to folders are not followed, because they may form loops.

    Args:
        source: The path or the pattern.

    Raises:
        InputError: If nothing is there, or it cannot be read.
    """
    path = Path(source)
    try:
        if path.is_dir():
            yield from _below(path)
        elif path.exists():
            yield FoundFile(path, path.name, is_source=True, left_out=HIDDEN if is_hidden(path.name) else "")
        else:
            found = sorted(each for each in _matching(source) if not Path(each).is_dir())
            if found:
                yield from _matched(found)
                return
            raise InputError(
                f"A corpus must be a folder, a file or a pattern of files; {shown(source)} is none. Check the path."
            )
    except InputError:
        raise
    except (OSError, ValueError) as fault:  # A path with a NUL is a ValueError.
        reason = getattr(fault, "strerror", None) or fault
        raise InputError(f"A corpus must be readable; {shown(source)} is not ({reason}). Check the path.") from fault


def is_hidden(name: str) -> bool:
    """Return whether a file, or a folder that has it, is hidden or made by a file manager.

    Args:
        name: The file's name below its source.
    """
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part != "..") or part in _HIDDEN_NAMES for part in parts)


def left_out_notes(files: Iterable[FoundFile]) -> tuple[str, ...]:
    """Return what is left out, in full sentences.

    Args:
        files: The files that are left out.
    """
    counts = {HIDDEN: 0, RESULT: 0, LINK: 0}
    for each in files:
        counts[each.left_out] += 1
    hidden, results, links = counts[HIDDEN], counts[RESULT], counts[LINK]
    notes = []
    if hidden:
        notes.append(f"{hidden:,} hidden {'file is' if hidden == 1 else 'files are'} left out.")
    if results:
        notes.append(f"{results:,} {'file' if results == 1 else 'files'} with results of an earlier run left out.")
    if links:
        notes.append(f"{links:,} {'link to a folder is' if links == 1 else 'links to folders are'} not followed.")
    return tuple(notes)


def _below(root: Path) -> Iterator[FoundFile]:
    faults: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=faults.append):
        folders.sort()
        results = _results_in(Path(folder), names)
        for name in sorted([*names, *(each for each in folders if Path(folder, each).is_symlink())]):
            path = Path(folder, name)
            below = path.relative_to(root).as_posix()
            left_out = HIDDEN if is_hidden(below) else RESULT if name in results else LINK if name in folders else ""
            yield FoundFile(path, below, left_out=left_out)
    for fault in faults:
        path = Path(os.fsdecode(fault.filename))
        if path == root:
            raise fault
        problem = f"A folder must be readable; this one is not ({fault.strerror}). Check its permissions."
        yield FoundFile(path, path.relative_to(root).as_posix(), problem=problem)


def _matching(pattern: str) -> Iterable[str]:
    if "**" not in pattern:
        return glob.iglob(pattern)
    parts = [part if part == "**" else re.sub(r"\*\*+", "*", part) for part in Path(pattern).parts]
    first = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    rest = [*parts[first:], "*"] if parts[-1] == "**" else parts[first:]
    return map(str, Path(*parts[:first]).glob(os.path.join(*rest)))  # It follows no links, as glob does.


def _matched(found: Sequence[str]) -> Iterator[FoundFile]:
    common = os.path.commonpath([os.path.dirname(each) or "." for each in found])
    results: dict[Path, set[str]] = {}
    for each in found:
        path, name = Path(each), os.path.relpath(each, common).replace(os.sep, "/")
        if path.parent not in results:
            results[path.parent] = _results_in(path.parent, os.listdir(path.parent))
        left_out = HIDDEN if is_hidden(name) else RESULT if path.name in results[path.parent] else ""
        yield FoundFile(path, name, left_out=left_out)


def _results_in(folder: Path, names: Sequence[str]) -> set[str]:
    """Return the names of the results of an earlier run, which are no documents."""
    return _RESULTS if JOURNAL in names and is_results_folder(folder) else set()
