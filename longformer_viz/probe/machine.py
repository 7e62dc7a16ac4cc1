"""The machine that figures were taken on: processor, threads, device, versions."""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, cores, threads and instruction set, memory, device, system, versions, and load before the start.

    memory_bytes and load are None where the system does not tell; device is the GPU's name, or "cpu".
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
        load = "" if self.load is None else f", load {self.load:.1f} before the start"
        return (
            f"{where}{self.processor} ({self.capability}), {self.cores} cores, {self.threads} threads{load}; "
            f"{self.system}; torch {self.torch}, transformers {self.transformers}"
        )


def this_machine(device: str = "cpu", threads: int | None = None) -> Machine:
    """The machine that this runs on."""
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
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
