"""The folder of converted models on disk: every use checks their checksums, and incomplete folders never appear."""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from longformer_viz.models.storage.faults import full_disk, is_disk_full
from longformer_viz.models.storage.folders import is_in_temporary_folder, named_folder, replacement, user_folder
from longformer_viz.spec import InputError

SETTING = "LONGFORMER_VIZ_CACHE"
MANIFEST = "checksums.json"
_THREAD = threading.local()


class NotDownloadedError(InputError):
    """The model can be downloaded, but is not on this machine, and downloading was not allowed."""


class _UnwritableError(Exception):
    """A folder of the cache cannot be written."""


def cache_folder() -> Path:
    """Return the folder of converted models, which the environment variable LONGFORMER_VIZ_CACHE can set."""
    if setting := os.environ.get(SETTING):
        return named_folder(SETTING, setting)
    return user_folder("XDG_CACHE_HOME", ".cache")


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_cached(name: str) -> bool:
    """Return whether a folder of the disk cache was made; its checksums are compared when it is used.

    Args:
        name: The folder's name.
    """
    return (cache_folder() / name / MANIFEST).is_file() or is_in_temporary_folder(f"{name}/{MANIFEST}")


def cached_folder(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of the disk cache, made on first use and made again if a file has changed.

    If several processes or threads ask for a folder at once, one of them makes it. Where the cache cannot be written,
    the folder is made among the temporary files.

    Args:
        name: The folder's name.
        make: Writes the files into the folder that it is given. It must not use the disk cache itself.

    Raises:
        InputError: If the disk is full, or neither the cache nor a temporary folder can be written.
        RuntimeError: If `make` asks for another folder of the cache, which could deadlock.
    """
    if getattr(_THREAD, "making", None):
        raise RuntimeError(
            f"Making {_THREAD.making} must not use the disk cache; it asks for {name}. Request that folder first."
        )
    root = cache_folder()
    if _is_intact(root / name):
        return root / name
    try:
        return _made(root, name, make)
    except _UnwritableError as fault:
        other = replacement(root, str(fault))
    if _is_intact(other / name):
        return other / name
    try:
        return _made(other, name, make)
    except _UnwritableError as fault:
        raise InputError(
            f"The folder of converted models must be writable; {root} is not ({fault}). Set {SETTING} to another."
        ) from fault


def _made(root: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder of the cache, or wait until another thread or process has made it."""
    folder, fresh = root / name, root / f".{name}-unfinished"
    lock = FileLock(root / f".{name}.lock")
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as fault:
        if is_disk_full(fault):
            raise _full(root) from fault
        raise _UnwritableError(fault.strerror) from fault
    try:
        if _is_intact(folder):  # Another process was faster.
            return folder
        shutil.rmtree(fresh, ignore_errors=True)  # From a process that was killed.
        try:
            fresh.mkdir()
        except OSError as fault:
            if is_disk_full(fault):
                raise
            raise _UnwritableError(fault.strerror) from fault
        _THREAD.making = name
        make(fresh)
        sums = {path.name: sha256(path) for path in sorted(fresh.iterdir())}
        (fresh / MANIFEST).write_text(json.dumps(sums, indent=1))
        _replace(folder, fresh)
    except Exception as fault:  # Each library has its own errors for a full disk.
        if is_disk_full(fault):
            raise _full(root) from fault
        raise
    finally:
        _THREAD.making = None
        shutil.rmtree(fresh, ignore_errors=True)
        lock.release()
    return folder


def _replace(folder: Path, fresh: Path) -> None:
    """Put a fresh folder in the place of a damaged one, or of a file."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.unlink(missing_ok=True)
    fresh.replace(folder)


def _full(root: Path) -> InputError:
    return full_disk("A converted model", root, f"set {SETTING} to a folder on another disk")


def _is_intact(folder: Path) -> bool:
    try:
        sums = json.loads((folder / MANIFEST).read_text())
        return all(sha256(folder / name) == checksum for name, checksum in sums.items())
    except (OSError, ValueError, AttributeError):
        return False
