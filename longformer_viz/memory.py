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
_SHARED_HEAPS = 2


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees.

    Call it before the first large tensor, in a process that runs models. The kept memory is not available to other
    processes, so a library should not call it unasked.

    Returns:
        Whether the C library supports it, as glibc does.
    """
    return _set({_MMAP_MAX: 0, _ARENA_MAX: 1, _TRIM_THRESHOLD: _KEPT_BYTES, _TOP_PAD: _GROWTH_BYTES})


def share_heaps() -> bool:
    """Let all threads of this process allocate in two heaps.

    By default glibc makes up to eight heaps a core. In a server that runs each request in a new thread, freed memory
    stays in all of them. Call it before the process has many threads.

    Returns:
        Whether the C library supports it, as glibc does.
    """
    return _set({_ARENA_MAX: _SHARED_HEAPS})


def give_back_freed_memory() -> bool:
    """Give freed memory back to the system, also from between blocks that are in use.

    Returns:
        Whether the C library supports it, as glibc does.
    """
    library = _glibc()
    if library is None:
        return False
    library.malloc_trim(0)
    return True


def _set(options: dict[int, int]) -> bool:
    library = _glibc()
    return library is not None and {library.mallopt(option, value) for option, value in options.items()} == {1}


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
    except OSError:  # another C library
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def forget_variables(error: BaseException) -> None:
    """Free the local variables in the traceback of an `error`, which may refer to gigabytes of tensors."""
    chain = [error]
    for each in chain:
        traceback.clear_frames(each.__traceback__)
        chain += [new for new in (each.__cause__, each.__context__) if new is not None and new not in chain]
