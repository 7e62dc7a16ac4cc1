"""The documents of a corpus: files of a folder, a pattern or an archive, and rows of tables."""

import glob
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from longformer_viz.corpus import tables
from longformer_viz.corpus.plan import Asked
from longformer_viz.documents.limits import MAX_UPLOAD_BYTES, MEGABYTE
from longformer_viz.spec import InputError, shown

FILE, MEMBER, ROW, TEXT, FAULT = "file", "member", "row", "text", "fault"
TABLE_ENDINGS = (".jsonl", ".ndjson", ".parquet", ".csv", ".tsv", ".json")
MAX_MEMBERS = 200_000
_HIDDEN = ("__MACOSX", "Thumbs.db", "desktop.ini")
_MOST_COMPRESSION = 1000
_DAMAGES = (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a document is. It is read by the worker that examines it.

    Attributes:
        name: The document's name in the results.
        kind: "file", "member" of an archive, "row" of a table, "text", or "fault" for one that cannot be read.
        path: The file, archive or table; the text itself; or why it cannot be read.
        part: The member's name, or the row's place as `tables` states it.
        size_bytes: Its approximate size.
        asked: Questions that only this document is asked, with their right answers.
        label: Its right label; None if it is unknown.
    """

    name: str
    kind: str
    path: str
    part: str = ""
    size_bytes: int = 0
    asked: tuple[Asked, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of a corpus.

    Attributes:
        references: Where each of them is.
        notes: What was left out, in full sentences.
    """

    references: tuple[Reference, ...]
    notes: tuple[str, ...] = ()


def list_documents(
    source: str | Path | Sequence[str | Path],
    text_column: str | None = None,
    columns: tables.TruthColumns = tables.TruthColumns(),  # noqa: B008
) -> Listing:
    """List the documents of a folder, a file, a pattern such as "contracts/*.pdf", an archive or a table.

    Args:
        source: A path or a pattern, or several.
        text_column: The column of a table with the documents; None guesses it.
        columns: The columns with names, questions, right answers and labels.

    Raises:
        InputError: If nothing is there, or a table cannot be read.
    """
    sources = [source] if isinstance(source, str | Path) else list(source)
    references: list[Reference] = []
    hidden = 0
    for each in sources:
        for path, name in _files_of(str(each)):
            if any(part.startswith(".") or part in _HIDDEN for part in PurePosixPath(name).parts):
                hidden += 1
            else:
                references += _documents_in(path, name, text_column, columns)
    notes = []
    if hidden:
        files = "file is" if hidden == 1 else "files are"
        notes.append(f"{hidden:,} hidden {files} left out.")
    if not references:
        raise InputError(
            f"A corpus must have at least one document; {shown(', '.join(map(str, sources)))} has none. "
            "Check the path."
        )
    return Listing(_uniquely_named(references), tuple(notes))


def list_uploads(files: Sequence[tuple[Path | InputError, str]]) -> Listing:
    """List the documents of uploads. One that cannot be read becomes a document with an error.

    Args:
        files: Where each file is stored, or why it is not, and the name that it had. A zip file is stored with the
            ending .zip, and any other file without an ending.
    """
    references: list[Reference] = []
    for path, name in files:
        try:
            if isinstance(path, InputError):
                raise path
            found = [Reference(name, FILE, str(path), size_bytes=path.stat().st_size)]
            if path.suffix == ".zip":
                found = _members(path, name)
            references += found or [Reference(name, FAULT, "An archive must have documents. This one has none.")]
        except InputError as fault:
            references.append(Reference(name, FAULT, str(fault)))
    return Listing(_uniquely_named(references))


def _files_of(source: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a path or a pattern, with their names below it, sorted."""
    path = Path(source)
    try:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    file = Path(folder, name)
                    yield file, file.relative_to(path).as_posix()
        elif path.exists():
            yield path, path.name
        else:
            found = sorted(each for each in glob.iglob(source, recursive=True) if not Path(each).is_dir())
            if not found:
                raise InputError(
                    f"A corpus must be a folder, a file or a pattern of files; {shown(source)} is none. "
                    "Check the path."
                )
            common = os.path.commonpath([os.path.dirname(each) or "." for each in found])
            for each in found:
                yield Path(each), os.path.relpath(each, common).replace(os.sep, "/")
    except (OSError, ValueError) as fault:  # A path with a NUL is a ValueError.
        raise InputError(f"A corpus must be readable; {shown(source)} is not ({fault}). Check the path.") from fault


def _documents_in(
    path: Path, name: str, text_column: str | None, columns: tables.TruthColumns
) -> Iterable[Reference]:
    """Return the documents of one file: itself, or the members or rows that it has."""
    ending = path.suffix.lower()
    if ending == ".zip":
        return _members(path, name)
    if ending in TABLE_ENDINGS:
        return [_row(path, row) for row in tables.rows_of(path, text_column, columns)]
    try:
        return [Reference(name, FILE, str(path), size_bytes=path.stat().st_size)]
    except OSError as fault:
        return [Reference(name, FAULT, f"The file must be readable ({fault.strerror}). Check its permissions.")]


def _row(path: Path, row: tables.Row) -> Reference:
    if row.problem:
        return Reference(row.name, FAULT, row.problem)
    return Reference(row.name, ROW, str(path), row.place, row.size_bytes, row.asked, row.label)


def _members(path: Path, name: str) -> list[Reference]:
    """Return the members of an archive; nothing is unpacked yet, and never to a disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGES as fault:
        raise InputError(f"An archive must be a complete zip file; {shown(name)} is not. Create it again.") from fault
    if len(infos) > MAX_MEMBERS:
        raise InputError(
            f"An archive may have at most {MAX_MEMBERS:,} files; {shown(name)} has {len(infos):,}. Split it."
        )
    return [_member(path, info, number) for number, info in enumerate(infos) if not _is_hidden(info.filename)]


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part != "..") or part in _HIDDEN for part in parts)


def _member(path: Path, info: zipfile.ZipInfo, number: int) -> Reference:
    name = info.filename.replace("\\", "/")
    problem = None
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.split("/")[0]:
        problem = "The path of a file in an archive must not leave the archive. Create the archive again."
    elif info.flag_bits & 1:
        problem = "A file in an archive must open without a password. Create the archive without one."
    elif info.file_size > MAX_UPLOAD_BYTES:
        problem = (
            f"A file may have at most {MAX_UPLOAD_BYTES // MEGABYTE} MB; this one has "
            f"{info.file_size / MEGABYTE:,.1f} MB. Split it."
        )
    elif info.file_size > _MOST_COMPRESSION * max(info.compress_size, 1) and info.file_size > MEGABYTE:
        problem = (
            f"A file in an archive may unpack to at most {_MOST_COMPRESSION:,} times its size; this one unpacks to "
            f"{info.file_size / max(info.compress_size, 1):,.0f} times. Add the file itself."
        )
    if problem is not None:
        return Reference(name, FAULT, problem)
    return Reference(name, MEMBER, str(path), str(number), info.file_size)


def member_bytes(path: str, number: int) -> bytes:
    """Unpack one file of an archive in memory, and stop beyond the limits whatever sizes the archive declares.

    Args:
        path: The archive.
        number: The file's index among the files of the archive; several may have one name.

    Raises:
        InputError: If it is damaged, missing or too large.
    """
    try:
        archive = _archive(path, Path(path).stat().st_mtime_ns)
        infos = [info for info in archive.infolist() if not info.is_dir()]
        with archive.open(infos[number]) as member:
            data = member.read(MAX_UPLOAD_BYTES + 1)
    except (*_DAMAGES, IndexError) as fault:
        raise InputError(
            f"A file in an archive must be complete; one of {shown(Path(path).name)} is damaged. "
            "Create the archive again."
        ) from fault
    if len(data) > MAX_UPLOAD_BYTES:
        raise InputError(f"A file may have at most {MAX_UPLOAD_BYTES // MEGABYTE} MB; this one has more. Split it.")
    return data


@lru_cache(maxsize=2)  # Opening reads the table of all files again.
def _archive(path: str, changed: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def _uniquely_named(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Number the documents whose name another one has."""
    seen: dict[str, int] = {}
    taken = {reference.name for reference in references}
    found = []
    for reference in references:
        count = seen[reference.name] = seen.get(reference.name, 0) + 1
        name = reference.name
        while count > 1 and name in taken:
            stem, dot, ending = reference.name.rpartition(".")  # The ending states the format.
            name = f"{stem} ({count}){dot}{ending}" if stem else f"{reference.name} ({count})"
            count += 1
        taken.add(name)
        found.append(replace(reference, name=name))
    return tuple(found)
