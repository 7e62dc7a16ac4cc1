"""How this process keeps and frees memory.

By default glibc returns every block of more than a few megabytes to the system as soon as it is freed. Each step of a
run then requests the same pages again, which makes a training step up to three times as slow.
"""

import ctypes
import sys
import traceback

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8  # malloc.h
_KEPT_BYTES = 2**31 - 1
_GROWTH_BYTES = 2**28


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees.

    Call it before the first large tensor, in a process that runs models. The kept memory is not available to other
    processes, so a library should not call it unasked.

    Returns:
        Whether the C library supports it, as glibc does.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        set_option = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library
        return False
    options = {_MMAP_MAX: 0, _ARENA_MAX: 1, _TRIM_THRESHOLD: _KEPT_BYTES, _TOP_PAD: _GROWTH_BYTES}
    taken = [set_option(option, value) for option, value in options.items()]
    return set(taken) == {1}


def forget_variables(error: BaseException) -> None:
    """Free the local variables in the traceback of an `error`, which may refer to gigabytes of tensors."""
    chain = [error]
    for each in chain:
        traceback.clear_frames(each.__traceback__)
        chain += [new for new in (each.__cause__, each.__context__) if new is not None and new not in chain]
