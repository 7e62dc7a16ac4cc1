"""How long a stretch of code took and how much memory it added at its peak."""

import contextlib
import ctypes
import sys
import threading
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


@dataclass(eq=False, slots=True)
class _Stretch:
    """A stretch that is being measured: where it began, and the highest mark seen in it so far."""

    device: str
    before_bytes: int
    highest_bytes: int


_open: list[_Stretch] = []  # all stretches of this process, for there is one mark for all of them
_changing = threading.Lock()  # held while `_open` or a mark is changed; never while anything is measured


@contextmanager
def metered(device: torch.device) -> Iterator[Reading]:
    """Measure time and peak memory of the stretch: the allocator's peak on CUDA, else the kernel's high-water mark.

    The mark (`VmHWM`, Linux only) is the whole process's: what other threads allocate meanwhile counts too. Memory
    that the C library keeps from earlier work is handed back first, so that using it again counts again. Stretches
    may be nested: setting back the mark for an inner one does not hide the peak from the outer one. What happens
    once in a process, such as reading a model's weights from their file, counts where it happens: run the model
    before (see `warmed_up`).
    """
    reading = Reading()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    stretch = _begin(device)
    start = time.perf_counter()
    try:
        yield reading
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        reading.elapsed_seconds = time.perf_counter() - start
    finally:
        if stretch is not None:
            reading.peak_bytes = _end(stretch, device)


def _begin(device: torch.device) -> _Stretch | None:
    """Set the mark back to what is held now; None where that cannot be done."""
    with _changing:
        for stretch in _open:  # their own peak up to here would be lost
            if stretch.device == str(device):
                stretch.highest_bytes = max(stretch.highest_bytes, _highest_bytes(device))
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            before = torch.cuda.memory_allocated(device)
        else:
            before = _reset_high_water()
        if before is None:
            return None
        _open.append(_Stretch(str(device), before, before))
        return _open[-1]


def _end(stretch: _Stretch, device: torch.device) -> int:
    """What the stretch added at its peak."""
    with _changing:
        _open.remove(stretch)
        return max(0, stretch.highest_bytes - stretch.before_bytes, _highest_bytes(device) - stretch.before_bytes)


def _highest_bytes(device: torch.device) -> int:
    """The mark as it stands."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else _status_bytes("VmHWM")


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
