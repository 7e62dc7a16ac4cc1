"""The folder that replaces one that cannot be written: a private one among the temporary files."""

import atexit
import logging
import os
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

from longformer_viz.spec import InputError

_NAME = "longformer_viz"
_replaced: dict[str, str] = {}  # Why each folder that cannot be written was replaced.


def user_folder(variable: str, *below_home: str) -> Path:
    """Return a folder of this user as the system names it, or the temporary one of a user without a home.

    Args:
        variable: The environment variable that names its parent, such as "XDG_CACHE_HOME".
        *below_home: Its parent within the home.
    """
    if base := os.environ.get(variable):
        return Path(base) / _NAME
    try:
        return Path.home().joinpath(*below_home) / _NAME
    except RuntimeError:
        return replacement("the user's home", "this user has none")


def named_folder(setting: str, text: str) -> Path:
    """Return the folder that a user named in a setting.

    Args:
        setting: The environment variable.
        text: Its value.

    Raises:
        InputError: If it names an unknown user's home.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as fault:
        raise InputError(f"{setting} must name a folder. It is set to {text!r}. Set it to a full path.") from fault


def replacement(folder: object, reason: str) -> Path:
    """Return the temporary folder, and remember which folder it replaces.

    Args:
        folder: The folder that cannot be used, or words for it.
        reason: Why, in words.

    Raises:
        InputError: If no temporary folder can be written either.
    """
    found = temporary_folder()
    if str(folder) not in _replaced:
        _replaced[str(folder)] = reason
        logging.getLogger(__name__).warning("%s", storage_notice())
    return found


def storage_notice() -> str:
    """Return a notice that converted models are in a temporary folder; "" where they are not."""
    if not _replaced:
        return ""
    folder, reason = next(iter(_replaced.items()))
    return (
        f"Converted models are kept in the temporary folder {temporary_folder()}, because {folder} cannot be written "
        f"({reason}). They are converted again when the system has deleted it. To keep them, set "
        "LONGFORMER_VIZ_CACHE to a folder that can be written."
    )


def temporary_folder() -> Path:
    """Return a folder among the temporary files that only this user can read and write.

    Raises:
        InputError: If none can be written.
    """
    try:
        folder = _path()
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder if _is_private(folder) else _folder_of_process()
    except OSError as fault:
        raise InputError(
            "Converted models need a folder that can be written, and neither the cache nor a temporary folder can. "
            "Set LONGFORMER_VIZ_CACHE to a folder that can be written."
        ) from fault


def is_in_temporary_folder(name: str) -> bool:
    """Return whether the temporary folder exists, only this user can write it, and it has a file of that name.

    Args:
        name: The file's path in the folder.
    """
    try:
        folder = _path()
        return _is_private(folder) and (folder / name).is_file()
    except OSError:  # There is none.
        return False


def _path() -> Path:
    user = str(os.getuid()) if hasattr(os, "getuid") else "app"
    return Path(tempfile.gettempdir()) / f"{_NAME}-{user}"


def _is_private(folder: Path) -> bool:
    """Return whether nobody else can have put anything into a folder."""
    found = folder.lstat()
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


@cache
def _folder_of_process() -> Path:
    """Return a new folder, deleted when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_NAME}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
