"""Recognize errors of a disk that is full or cannot be written, whichever library raises them."""

import errno
import re
import shutil
from pathlib import Path

from longformer_viz.spec import InputError, shown

FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_OF_RUST = re.compile(r"\(os error (\d+)\)")  # How safetensors and tokenizers end their messages.


def is_disk_full(fault: BaseException) -> bool:
    """Return whether a `fault`, or one that caused it, says that the disk is full or a quota is used up."""
    chain = [fault]
    for each in chain:
        number = each.errno if isinstance(each, OSError) else None
        if number is None and (found := _OF_RUST.search(str(each))):
            number = int(found[1])
        if number in FULL:
            return True
        chain += [new for new in (each.__cause__, each.__context__) if new is not None and new not in chain]
    return False


def full_disk(what: str, folder: Path, cure: str) -> InputError:
    """Return the error for a full disk.

    Args:
        what: What was to be written, such as "A converted model".
        folder: Where.
        cure: What helps besides free space, as the end of a sentence.
    """
    try:
        free = f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB free"
    except OSError:
        free = "no space left"
    return InputError(
        f"{what} needs free disk space. The disk of {shown(str(folder))} is full: {free}. "
        f"Free some disk space, or {cure}."
    )
