"""The folders of jobs in the background: whose are deleted, and what is said if they cannot be written."""

import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import filelock

from longformer_viz.models.storage.faults import full_disk, is_disk_full
from longformer_viz.spec import InputError

PREFIX, LOCK = "longformer-viz-corpus-", ".lock"
_NEW_SECONDS = 60.0  # A server that starts now may not hold its lock yet.
_KEPT_SECONDS = 24 * 3600.0


def delete_left_folders() -> None:
    """Delete the folders of servers that ended without deleting them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = folder.lstat()
            is_own = not hasattr(os, "getuid") or about.st_uid == os.getuid()
            if not is_own or not stat.S_ISDIR(about.st_mode) or time.time() - about.st_mtime < _NEW_SECONDS:
                continue
            lock = filelock.FileLock(folder / LOCK, timeout=0)
            with lock:  # A server that runs holds it.
                pass
            shutil.rmtree(folder, ignore_errors=True)


def delete_old(root: Path) -> None:
    """Delete the folders that were made a day ago, whatever became of their sessions.

    Args:
        root: The folder that has them.
    """
    for folder in root.iterdir():
        with suppress(OSError):
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def storage_refusal(fault: OSError, folder: Path) -> InputError:
    """Return the error for documents that cannot be stored.

    Args:
        fault: What the system said.
        folder: Where they were to be stored.
    """
    if is_disk_full(fault):
        return full_disk("The documents", folder, "start again")
    return InputError(
        f"The folder for temporary files must be writable. It is not ({fault.strerror}). Ask who runs this server."
    )
