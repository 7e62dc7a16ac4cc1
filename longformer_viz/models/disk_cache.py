"""The folder of converted models on disk: every use checks their checksums, and incomplete folders never appear."""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from longformer_viz.spec import InputError

SETTING = "LONGFORMER_VIZ_CACHE"
MANIFEST = "checksums.json"
_THREAD = threading.local()


class NotDownloadedError(InputError):
    """The model can be downloaded, but is not on this machine, and downloading was not allowed."""


def cache_folder() -> Path:
    """Return the folder of converted models, which the environment variable LONGFORMER_VIZ_CACHE can set."""
    if setting := os.environ.get(SETTING):
        return Path(setting).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "longformer_viz"


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_cached(name: str) -> bool:
    """Return whether a folder of the disk cache was made; its checksums are compared when it is used.

    Args:
        name: The folder's name.
    """
    return (cache_folder() / name / MANIFEST).is_file()


def cached_folder(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of the disk cache, made on first use and made again if a file has changed.

    If several processes or threads ask for a folder at once, one of them makes it.

    Args:
        name: The folder's name.
        make: Writes the files into the folder that it is given. It must not use the disk cache itself.

    Raises:
        InputError: If the cache folder is not writable.
        RuntimeError: If `make` asks for another folder of the cache, which could deadlock.
    """
    folder = cache_folder() / name
    if getattr(_THREAD, "making", None):
        raise RuntimeError(
            f"Making {_THREAD.making} must not use the disk cache; it asks for {name}. Request that folder first."
        )
    if _is_intact(folder):
        return folder
    lock = FileLock(folder.with_name(f".{name}.lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as fault:
        raise InputError(
            f"The folder of converted models must be writable; {folder.parent} is not. Set {SETTING} to another."
        ) from fault
    fresh = folder.with_name(f".{name}-unfinished")
    try:
        if _is_intact(folder):  # Another process was faster.
            return folder
        shutil.rmtree(fresh, ignore_errors=True)  # From a process that was killed.
        fresh.mkdir()
        _THREAD.making = name
        make(fresh)
        sums = {path.name: sha256(path) for path in sorted(fresh.iterdir())}
        (fresh / MANIFEST).write_text(json.dumps(sums, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    finally:
        _THREAD.making = None
        shutil.rmtree(fresh, ignore_errors=True)
        lock.release()
    return folder


def _is_intact(folder: Path) -> bool:
    try:
        sums = json.loads((folder / MANIFEST).read_text())
        return all(sha256(folder / name) == checksum for name, checksum in sums.items())
    except (OSError, ValueError, AttributeError):
        return False
