"""Measure the peak memory of code with the best method of the system, and limit the memory of a process."""

import contextlib
import ctypes
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from longformer_viz.peak_memory import measured

try:
    import resource
except ImportError:  # Windows
    resource = None

HIGH_WATER = "peak resident memory (VmHWM), reset before the run"
ALLOCATOR = "peak of the CUDA allocator"
LARGEST_SO_FAR = "largest resident memory so far (a lower bound, because it cannot be reset)"
NOT_AVAILABLE = "not available on this system"
MEMORY_EXIT = 77  # exit status of a process that exceeded its memory limit
_MIB = 2**20
_SLACK_BYTES, _THREAD_BYTES = 64 * _MIB, 16 * _MIB  # allowance for libraries, and for each thread
_WATCH_SECONDS = 0.02
_DISABLE_HUGE_PAGES, _DIE_WITH_PARENT = 41, 1  # options of prctl


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """The memory that a run added at its peak.

    Attributes:
        peak_bytes: None where the system cannot measure it, or it did not rise.
        reserved_bytes: Memory reserved by the CUDA allocator, in use or not; None on a CPU.
        meter: How it was measured.
    """

    peak_bytes: int | None
    reserved_bytes: int | None
    meter: str


def peak_of(run: Callable[[], Any], device: torch.device) -> MemoryReading:
    """Run code once and measure the memory that it adds. Its result is kept until after the reading.

    Args:
        run: The code.
        device: The device that it runs on.
    """
    before_bytes = None if device.type == "cuda" else largest_bytes()
    with measured(device) as reading:
        result = run()
    del result
    if device.type == "cuda":
        return MemoryReading(reading.peak_bytes, torch.cuda.max_memory_reserved(device), ALLOCATOR)
    if reading.peak_bytes is not None:
        return MemoryReading(reading.peak_bytes, None, HIGH_WATER)
    after_bytes = largest_bytes()
    if before_bytes is None or after_bytes is None:
        return MemoryReading(None, None, NOT_AVAILABLE)
    return MemoryReading((after_bytes - before_bytes) or None, None, LARGEST_SO_FAR)  # 0 is no information.


def largest_bytes() -> int | None:
    """Return the largest resident memory of this process so far; None where the system does not report it."""
    if resource is not None:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return _windows_largest_bytes()


def _windows_largest_bytes() -> int | None:
    if sys.platform != "win32":
        return None

    class Counters(ctypes.Structure):
        _fields_ = (  # PROCESS_MEMORY_COUNTERS
            ("size", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            ("largest", ctypes.c_size_t),
            *((f"other{number}", ctypes.c_size_t) for number in range(7)),
        )

    counters = Counters(size=ctypes.sizeof(Counters))
    try:
        process = ctypes.c_void_p(-1)  # the current process
        found = ctypes.windll.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size)
    except (AttributeError, OSError):
        return None
    return counters.largest if found else None


def limit_memory(limit_bytes: int, threads: int) -> None:
    """Limit the memory that this process may add from now on.

    On Linux, an allocation beyond the limit fails. Elsewhere, a thread ends the process with `MEMORY_EXIT`.

    Args:
        limit_bytes: The limit, to which an allowance for libraries and threads is added.
        threads: The number of threads.
    """
    allowed = limit_bytes + _SLACK_BYTES + threads * _THREAD_BYTES
    status = Path("/proc/self/status")
    data = re.search(r"VmData:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if data is not None and resource is not None:
        with contextlib.suppress(ValueError, OSError):  # A lower limit is already set.
            most = int(data[1]) * 1024 + allowed
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            return
    threading.Thread(target=_watch, args=((largest_bytes() or 0) + allowed,), daemon=True).start()


def _watch(most_bytes: int) -> None:
    while (largest_bytes() or 0) <= most_bytes:
        time.sleep(_WATCH_SECONDS)
    os._exit(MEMORY_EXIT)


def settle_child(pinned: bool) -> None:
    """Prepare a child process on Linux: it ends with its parent, and is killed first when memory runs out.

    Args:
        pinned: Use no huge pages, which would count memory that was not requested. For measuring memory, not time.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.prctl(_DIE_WITH_PARENT, 9, 0, 0, 0)
        if pinned:
            library.prctl(_DISABLE_HUGE_PAGES, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
