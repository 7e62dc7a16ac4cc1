"""Time and peak memory of a section of code."""

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
class Measurement:
    """Filled in when the section ends.

    Attributes:
        elapsed_seconds: Time of the section.
        peak_bytes: Memory that it added at its peak; None where this system cannot measure it, or other work ran
            in this process.
    """

    elapsed_seconds: float = 0.0
    peak_bytes: int | None = None


@dataclass(eq=False, slots=True)
class _Section:
    """A section that is being measured.

    Attributes:
        device: Where it runs.
        before_bytes: In use when it began.
        highest_bytes: The highest mark in it so far.
        thread: The thread that runs it.
        is_alone: Whether no other thread has done heavy work since it began, whose memory would count too.
    """

    device: str
    before_bytes: int
    highest_bytes: int
    thread: int
    is_alone: bool


_open: list[_Section] = []  # All sections of this process, which share one mark.
_busy: set[int] = set()  # The threads that do heavy work now.
_changing = threading.Lock()  # Locked while `_open` or a mark changes, never during a measurement.


@contextmanager
def working() -> Iterator[None]:
    """Mark the `with` block as heavy work: what another thread measures meanwhile is not its own memory alone.

    Yields:
        Nothing.
    """
    thread = threading.get_ident()
    with _changing:
        _busy.add(thread)
        for section in _open:
            section.is_alone = section.is_alone and section.thread == thread
    try:
        yield
    finally:
        with _changing:
            _busy.discard(thread)


@contextmanager
def measured(device: torch.device) -> Iterator[Measurement]:
    """Measure time and peak memory of the `with` block.

    On CUDA the peak is the allocator's. On Linux it is the kernel's high-water mark (`VmHWM`) of the whole process.
    Nothing is measured while another thread does work that is marked by `working`. Memory that the C library keeps
    from earlier work is released first, so using it again counts again. Blocks may be nested: resetting the mark for
    an inner one does not hide the peak from the outer one. What happens once in a process, such as reading a model's
    weights, counts where it happens: run the model before (see `warmed_up`).

    Args:
        device: Where the block's tensors are.

    Yields:
        The measurement, filled in when the block ends.
    """
    measurement = Measurement()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    section = _begin(device)
    start = time.perf_counter()
    try:
        yield measurement
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        measurement.elapsed_seconds = time.perf_counter() - start
    finally:
        if section is not None:
            measurement.peak_bytes = _end(section, device)


def _begin(device: torch.device) -> _Section | None:
    """Reset the mark to the memory in use now; None where the system cannot."""
    thread = threading.get_ident()
    with _changing:
        is_alone = not _busy - {thread}
        if not is_alone and device.type != "cuda":
            return None
        for section in _open:  # Their own peak so far would be lost.
            if section.device == str(device):
                section.highest_bytes = max(section.highest_bytes, _highest_bytes(device))
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            before = torch.cuda.memory_allocated(device)
        else:
            before = _reset_high_water()
        if before is None:
            return None
        _open.append(_Section(str(device), before, before, thread, is_alone))
        return _open[-1]


def _end(section: _Section, device: torch.device) -> int | None:
    """Return what the section added at its peak; None where other work ran beside it."""
    with _changing:
        _open.remove(section)
        if not section.is_alone:
            return None
        return max(0, section.highest_bytes - section.before_bytes, _highest_bytes(device) - section.before_bytes)


def _highest_bytes(device: torch.device) -> int:
    """Return the mark."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else _status_bytes("VmHWM")


def _reset_high_water() -> int | None:
    """Reset the process's high-water mark and return the memory in use; None where the system cannot."""
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError, AttributeError):  # musl has no malloc_trim.
        ctypes.CDLL(None).malloc_trim(0)
    try:
        _CLEAR_REFS.write_text("5")
        return resident_bytes()
    except (OSError, ValueError):
        return None


def resident_bytes() -> int:
    """Return the memory that this process holds now, in bytes; OSError or ValueError where that is not known."""
    return _status_bytes("VmRSS")


def _status_bytes(field: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{_STATUS} has no {field}")
