"""The folder for converted models: this project's own, checked on every use, written whole or not at all."""

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


def cache_folder() -> Path:
    """Where converted models lie: the folder that LONGFORMER_VIZ_CACHE names, else one in the user's cache."""
    if setting := os.environ.get(SETTING):
        return Path(setting).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "longformer_viz"


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached_folder(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache, made by `make(folder)` where it is absent or not as it was written.

    Of several processes or threads that ask at once, one makes it.

    Args:
        name: The folder's name.
        make: Writes the files into the folder it is given. What it needs from the cache must be there before.

    Returns:
        The folder, whole.

    Raises:
        InputError: Nothing can be written there.
        RuntimeError: `make` asks the cache for another folder; two that ask for each other's would wait for ever.
    """
    folder = cache_folder() / name
    if getattr(_THREAD, "making", None):
        raise RuntimeError(f"{_THREAD.making} must be made from what is there; it asks for {name}. Ask before.")
    if _is_intact(folder):
        return folder
    lock = FileLock(folder.with_name(f".{name}.lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as fault:
        raise InputError(
            f"The folder for converted models must be writable; {folder.parent} is not. Set {SETTING} to one that is."
        ) from fault
    fresh = folder.with_name(f".{name}-unfinished")
    try:
        if _is_intact(folder):  # another was faster
            return folder
        shutil.rmtree(fresh, ignore_errors=True)  # of a process that was killed
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
