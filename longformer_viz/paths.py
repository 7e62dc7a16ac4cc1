"""Where the app and the data of installed packages are on this machine."""

import os
import stat
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from longformer_viz.spec import InputError, shown

_PACKAGE = Path(__file__).resolve().parent


def checked_path(path: Any, what: str) -> Path:
    """Return a path.

    Args:
        path: A str or a Path.
        what: What it is, for the error, such as "The data".

    Raises:
        InputError: It is anything else.
    """
    if not isinstance(path, str | Path):
        raise InputError(f"{what} must be a path. You entered {shown(path)}. Pass a str or a Path.")
    return Path(path)


def read_regular(path: str | Path, most: int, what: str) -> bytes:
    """Read a file that is a plain one, neither a pipe nor a device, which may have no end.

    Args:
        path: The file.
        most: The most bytes that it may have.
        what: What it is, for the error, such as "The data".

    Returns:
        Its bytes.

    Raises:
        InputError: It is missing, no plain file, not readable or too large.
    """
    path = checked_path(path, what)
    try:
        found = os.stat(path)
        is_plain = stat.S_ISREG(found.st_mode)
        content = b""
        if is_plain:
            with path.open("rb") as file:
                content = file.read(min(found.st_size, most) + 1)  # More would reserve memory for the largest file.
                if found.st_size < len(content) <= most:  # It has grown.
                    content += file.read(most + 1 - len(content))
    except (OSError, ValueError) as fault:  # A path with a NUL is a ValueError.
        reason = (getattr(fault, "strerror", None) or "no such file").lower()
        raise InputError(
            f"{what} must be a readable file; {shown(str(path))} is not: {reason}. Check the path."
        ) from fault
    if not is_plain:
        raise InputError(
            f"{what} must be readable as a file; {shown(str(path))} is a folder, a pipe or a device. "
            "Choose another path."
        )
    if len(content) > most:
        raise InputError(
            f"{what} may have at most {most:,} bytes; {shown(str(path))} has more. Choose a smaller file."
        )
    return content


def unreadable_in(folder: Path) -> str | None:
    """Return the name of a pipe, a device or a socket in a `folder`, which a reader would wait for; None without."""
    for entry in os.scandir(folder):
        try:
            kind = entry.stat().st_mode
        except OSError:  # A broken link; whoever needs it says so.
            continue
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            return entry.name
    return None


def app_folder() -> Path:
    """Return the folder of `app.py` and `pages`: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "app"
    return installed if (installed / "app.py").is_file() else _PACKAGE.parent


def page_file(stem: str) -> Path:
    """Return the file of a page of the app.

    Args:
        stem: The file's name without its ending.
    """
    return app_folder() / "pages" / f"{stem}.py"


def packaged_file(package: str, file_name: str) -> Path | None:
    """Return a data file of an installed package, without importing the package.

    Args:
        package: Name of the package in the registry.
        file_name: Name of the file, without folders.

    Returns:
        Where the package lists the file; None if it is not installed or lists no such file.
    """
    try:
        listed = files(package) or ()
    except PackageNotFoundError:
        return None
    return next((Path(str(path.locate())) for path in listed if path.name == file_name), None)
