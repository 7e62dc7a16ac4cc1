"""Peak memory of a stretch of code by the best meter this system has, and a limit on what a process may take."""

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

from longformer_viz.attention.meter import metered

try:
    import resource
except ImportError:  # Windows
    resource = None

HIGH_WATER = "kernel's high-water mark (VmHWM), set back before the run"
ALLOCATOR = "CUDA allocator's peak"
LARGEST_YET = "largest size of the process so far (cannot be set back: a lower bound)"
NO_METER = "no meter on this system"
MEMORY_EXIT = 77  # how a process ends that was over its limit
_MIB = 2**20
_SLACK_BYTES, _THREAD_BYTES = 64 * _MIB, 16 * _MIB  # what libraries and each thread may take besides
_WATCH_SECONDS = 0.02
_DISABLE_HUGE_PAGES, _DIE_WITH_PARENT = 41, 1  # of prctl


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """What a run added at its peak; reserved_bytes is what CUDA's allocator held, whether in use or not.

    peak_bytes is None where there is no meter, or it did not rise.
    """

    peak_bytes: int | None
    reserved_bytes: int | None
    meter: str


def peak_of(run: Callable[[], Any], device: torch.device) -> MemoryReading:
    """Run once and say what it added in memory; its result is held until the reading is taken."""
    before_bytes = None if device.type == "cuda" else largest_bytes()
    with metered(device) as reading:
        result = run()
    del result
    if device.type == "cuda":
        return MemoryReading(reading.peak_bytes, torch.cuda.max_memory_reserved(device), ALLOCATOR)
    if reading.peak_bytes is not None:
        return MemoryReading(reading.peak_bytes, None, HIGH_WATER)
    after_bytes = largest_bytes()
    if before_bytes is None or after_bytes is None:
        return MemoryReading(None, None, NO_METER)
    return MemoryReading((after_bytes - before_bytes) or None, None, LARGEST_YET)  # 0 says nothing


def largest_bytes() -> int | None:
    """The largest resident size that this process has had; None where the system does not tell."""
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
        process = ctypes.c_void_p(-1)  # this one
        found = ctypes.windll.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size)
    except (AttributeError, OSError):
        return None
    return counters.largest if found else None


def limit_memory(limit_bytes: int, threads: int) -> None:
    """Let this process take so much more than now, beside some slack for its threads and libraries.

    On Linux an allocation beyond it fails; elsewhere a watcher ends the process with `MEMORY_EXIT`.
    """
    allowed = limit_bytes + _SLACK_BYTES + threads * _THREAD_BYTES
    status = Path("/proc/self/status")
    held = re.search(r"VmData:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if held is not None and resource is not None:
        with contextlib.suppress(ValueError, OSError):  # a lower limit is already set
            most = int(held[1]) * 1024 + allowed
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            return
    threading.Thread(target=_watch, args=((largest_bytes() or 0) + allowed,), daemon=True).start()


def _watch(most_bytes: int) -> None:
    while (largest_bytes() or 0) <= most_bytes:
        time.sleep(_WATCH_SECONDS)
    os._exit(MEMORY_EXIT)


def settle_child(pinned: bool) -> None:
    """In a child on Linux: end with its parent, and be the first to go where memory runs out.

    pinned: take no huge pages, which would count memory that nobody asked for; for memory and never for times.
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
