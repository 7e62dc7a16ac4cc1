"""The C library's memory: kept for the next step instead of handed back and asked for again.

By default glibc returns every block of more than a few megabytes to the system as soon as it is freed. Each step of a
run then pays for the same pages again: a training step takes up to three times as long.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8  # malloc.h
_KEPT_BYTES = 2**31 - 1
_GROWTH_BYTES = 2**28


def keep_freed_memory() -> bool:
    """Let this process keep what it frees; True where the C library is one that can be told so (glibc).

    For a process that runs models, called before its first large tensor. What is kept counts as used for the rest of
    the machine, so it is nothing for a library to do unasked.
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
