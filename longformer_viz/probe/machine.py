"""The machine of a measurement: processor, memory, device and versions."""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers

from longformer_viz.spec import counted


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that ran a measurement.

    Attributes:
        processor: Its name.
        cores: Cores that the process may use.
        threads: Threads that PyTorch uses.
        capability: The CPU's instruction set, as PyTorch names it.
        memory_bytes: Main memory; None where the system does not report it.
        device: The GPU's name, or "cpu".
        system: The operating system and its version.
        python: The version of Python.
        torch: The version of PyTorch.
        transformers: The version of transformers.
        load: The system load at the start; None where the system does not report it.
    """

    processor: str
    cores: int
    threads: int
    capability: str
    memory_bytes: int | None
    device: str
    system: str
    python: str
    torch: str
    transformers: str
    load: float | None

    def __str__(self) -> str:
        where = "" if self.device == "cpu" else f"{self.device}; "
        load = "" if self.load is None else f", system load {self.load:.1f} at the start"
        return (
            f"{where}{self.processor} ({self.capability}), {counted(self.cores, 'core')}, "
            f"{counted(self.threads, 'thread')}{load}; "
            f"{self.system}; PyTorch {self.torch}, transformers {self.transformers}"
        )


def this_machine(device: str = "cpu", threads: int | None = None) -> Machine:
    """Describe this machine.

    Args:
        device: "cpu" or "cuda".
        threads: The number of threads; None means PyTorch's default.
    """
    information = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", information.read_text()) if information.exists() else None
    return Machine(
        processor=named[1].strip() if named else platform.processor() or platform.machine(),
        cores=cores(),
        threads=threads or torch.get_num_threads(),
        capability=torch.backends.cpu.get_cpu_capability(),
        memory_bytes=_memory_bytes(),
        device=torch.cuda.get_device_name(device) if device == "cuda" else device,
        system=f"{platform.system()} {platform.release().split('-')[0]}",
        python=platform.python_version(),
        torch=torch.__version__,
        transformers=transformers.__version__,
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
