"""How long a stretch of code took and how much memory it added at its peak."""

import contextlib
import ctypes
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")


@dataclass(slots=True)
class Reading:
    """Filled when the stretch ends; `peak_bytes` is None where this system has no meter for it."""

    elapsed_seconds: float = 0.0
    peak_bytes: int | None = None


@contextmanager
def metered(device: torch.device) -> Iterator[Reading]:
    """Measure time and peak memory of the stretch: the allocator's peak on CUDA, else the kernel's high-water mark.

    The mark (`VmHWM`, Linux only) is the whole process's: what other threads allocate meanwhile counts too. Memory
    that the C library keeps from earlier work is handed back first, so that using it again counts again.
    """
    reading = Reading()
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
    else:
        before = _reset_high_water()
    start = time.perf_counter()
    yield reading
    if cuda:
        torch.cuda.synchronize(device)
    reading.elapsed_seconds = time.perf_counter() - start
    if cuda:
        reading.peak_bytes = torch.cuda.max_memory_allocated(device) - before
    elif before is not None:
        reading.peak_bytes = max(0, _status_bytes("VmHWM") - before)


def _reset_high_water() -> int | None:
    """Set the process's high-water mark to what it holds now, and return that; None where that cannot be done."""
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError, AttributeError):  # musl has no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)
    try:
        _CLEAR_REFS.write_text("5")
        return _status_bytes("VmRSS")
    except (OSError, ValueError):
        return None


def _status_bytes(field: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{_STATUS} has no {field}")
