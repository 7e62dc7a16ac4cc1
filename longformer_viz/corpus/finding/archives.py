"""The members of a zip file, read in memory under limits, and never unpacked to a disk."""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from longformer_viz.corpus.finding.files import is_hidden
from longformer_viz.documents.limits import MAX_UPLOAD_BYTES, MEGABYTE
from longformer_viz.spec import InputError, shown

MAX_MEMBERS = 200_000
_MOST_COMPRESSION = 1000
_FIRST_CHARACTERS, _LAST_CHARACTERS = 300, 150  # of a name that is longer than both together
_DAMAGES = (
    *(OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        name: Its name, with folders.
        number: Its index among the files of the archive; several may have one name.
        size_bytes: Its size, as the archive declares it.
        problem: Why it cannot be read, or "".
    """

    name: str
    number: int
    size_bytes: int
    problem: str = ""


def members_of(path: Path, name: str) -> list[Member]:
    """List the files of an archive, without hidden ones.

    Args:
        path: The archive.
        name: Its name for an error.

    Raises:
        InputError: If it is damaged or has too many files.
    """
    try:
        _, infos = _opened(str(path), path.stat().st_mtime_ns)
    except _DAMAGES as fault:
        raise InputError(f"An archive must be a complete zip file; {shown(name)} is not. Create it again.") from fault
    if len(infos) > MAX_MEMBERS:
        raise InputError(
            f"An archive may have at most {MAX_MEMBERS:,} files; {shown(name)} has {len(infos):,}. Split it."
        )
    return [_member(info, number) for number, info in enumerate(infos) if not is_hidden(info.filename)]


def _member(info: zipfile.ZipInfo, number: int) -> Member:
    name = info.filename.replace("\\", "/")
    problem = ""
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
    if len(name) > _FIRST_CHARACTERS + _LAST_CHARACTERS:
        name = f"{name[:_FIRST_CHARACTERS]}…{name[-_LAST_CHARACTERS:]}"  # The end states the format.
    return Member(name, number, info.file_size, problem)


def member_bytes(path: str, number: int) -> bytes:
    """Unpack one file of an archive in memory, and stop beyond the limits whatever sizes the archive declares.

    Args:
        path: The archive.
        number: The file's index among the files of the archive; several may have one name.

    Raises:
        InputError: If it is damaged, missing or too large.
    """
    try:
        archive, infos = _opened(path, Path(path).stat().st_mtime_ns)
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


@lru_cache(maxsize=2)  # Opening reads the table of all files again, and a list of 100,000 files takes time as well.
def _opened(path: str, changed: int) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    if not Path(path).is_file():
        raise ValueError("a pipe or a device, for which a reader would wait")
    archive = zipfile.ZipFile(path)
    return archive, [info for info in archive.infolist() if not info.is_dir()]
