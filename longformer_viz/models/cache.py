"""The folder for converted models: this project's own, checked on every use, written whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

SETTING = "LONGFORMER_VIZ_CACHE"
_MANIFEST = "checksums.json"


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


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache, made by `make(folder)` where it is absent or not as it was written."""
    folder = cache_folder() / name
    if _is_intact(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as temporary:
        fresh = Path(temporary) / name
        fresh.mkdir()
        make(fresh)
        sums = {path.name: sha256(path) for path in sorted(fresh.iterdir())}
        (fresh / _MANIFEST).write_text(json.dumps(sums, indent=1))
        try:
            shutil.rmtree(folder, ignore_errors=True)
            fresh.replace(folder)
        except OSError:
            if not _is_intact(folder):  # else another process was faster, with the same content
                raise
    return folder


def _is_intact(folder: Path) -> bool:
    try:
        sums = json.loads((folder / _MANIFEST).read_text())
        return all(sha256(folder / name) == checksum for name, checksum in sums.items())
    except (OSError, ValueError, AttributeError):
        return False
