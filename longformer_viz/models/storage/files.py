"""Write a file completely or not at all."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from longformer_viz.models.storage.faults import full_disk, is_disk_full
from longformer_viz.spec import InputError, shown


def write_whole(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name and rename it, so that an interruption leaves no partial file.

    Args:
        file: The file to write.
        write: Writes the content to the path it is given.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        write(fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def save_export(file: Path, data: bytes) -> None:
    """Save a file that a user named. An earlier file of that name stays as it is if this fails.

    Args:
        file: The file. A device or a pipe is written to directly.
        data: Its content.

    Raises:
        InputError: If it cannot be written, or the disk is full.
    """
    try:
        if file.exists() and not file.is_file():
            file.write_bytes(data)
            return
        target = file.resolve()  # A link stays a link.
        if not target.parent.is_dir():
            raise FileNotFoundError(None, "There is no such folder")
        write_whole(target, lambda path: path.write_bytes(data))
    except OSError as fault:
        if is_disk_full(fault):
            raise full_disk(
                f"The file {shown(file.name)}", file.absolute().parent, "choose another folder"
            ) from fault
        raise InputError(
            f"The file must be writable; {shown(str(file))} is not ({fault.strerror}). Choose another folder."
        ) from fault
    except ValueError as fault:  # A NUL in the name.
        raise InputError(f"A file's name must be plain text; {shown(str(file))} is not. Choose another.") from fault
