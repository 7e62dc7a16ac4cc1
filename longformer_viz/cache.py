"""A cache with a limit in bytes, and the memory that is available to this process."""

import math
import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from longformer_viz.spec import InputError

BUDGET_SHARE = 0.8  # of the free memory; the rest is for memory that predictions do not count


class _Cached(NamedTuple):
    """A cached value, its size, and whose limit it counts towards."""

    value: Any
    size_bytes: int
    owner: str | None


class ByteCache:
    """A thread-safe cache of the most recently used values.

    Args:
        max_bytes: The limit of the sum of their sizes.
        max_owner_bytes: The limit of the sum of one owner's values; the newest is always kept. None means no limit.
    """

    def __init__(self, max_bytes: int, max_owner_bytes: int | None = None) -> None:
        self.max_bytes, self.max_owner_bytes = max_bytes, max_owner_bytes
        self._size_bytes = 0
        self._entries: OrderedDict[Hashable, _Cached] = OrderedDict()  # oldest use first
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """The sum of the sizes of the cached values, in bytes."""
        return self._size_bytes

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return a cached value.

        Args:
            key: The value's key.
            default: The result if the key is not cached.

        Returns:
            The value.
        """
        with self._lock:
            if key not in self._entries:
                return default
            self._entries.move_to_end(key)
            return self._entries[key].value

    def put(self, key: Hashable, value: Any, size_bytes: int, owner: str | None = None) -> None:
        """Cache a value. Older values are removed where a limit is exceeded: first those of the same owner.

        Args:
            key: Replaces the value of an equal key.
            value: What to cache.
            size_bytes: Its size. A value larger than the cache is not kept.
            owner: Whose limit it counts towards; None for nobody's.
        """
        with self._lock:
            self._drop(key)
            if size_bytes > self.max_bytes:
                return
            if owner is not None and self.max_owner_bytes is not None:
                own = [(each, cached.size_bytes) for each, cached in self._entries.items() if cached.owner == owner]
                total = sum(size for _, size in own) + size_bytes
                for each, size in own:
                    if total <= self.max_owner_bytes:
                        break
                    self._drop(each)
                    total -= size
            while self._size_bytes + size_bytes > self.max_bytes:
                self._drop(next(iter(self._entries)))
            self._entries[key] = _Cached(value, size_bytes, owner)
            self._size_bytes += size_bytes

    def _drop(self, key: Hashable) -> None:
        if (dropped := self._entries.pop(key, None)) is not None:
            self._size_bytes -= dropped.size_bytes

    def clear(self) -> None:
        """Remove all values."""
        with self._lock:
            self._entries.clear()
            self._size_bytes = 0


def check_memory(predicted_bytes: int, budget_bytes: int | None) -> None:
    """Check that a run fits in the memory budget.

    Args:
        predicted_bytes: The predicted memory of the run.
        budget_bytes: The budget; None means no limit.

    Raises:
        InputError: The run does not fit.
    """
    if budget_bytes is not None and predicted_bytes > budget_bytes:
        raise InputError(  # Rounded down and up, so that the two numbers never look equal.
            f"A run must fit in {math.floor(budget_bytes / 1e6):,} MB of memory; this one is predicted to "
            f"take {math.ceil(predicted_bytes / 1e6):,} MB. Try a shorter document or a smaller window."
        )


def default_budget_bytes(device: str = "cpu") -> int | None:
    """Return the default memory budget of a run: 80% of the device's free memory; None where it is unknown.

    Args:
        device: "cpu", or a GPU such as "cuda:0".
    """
    available_bytes = available_memory_bytes() if torch.device(device).type != "cuda" else _free_on_gpu(device)
    return None if available_bytes is None else int(BUDGET_SHARE * available_bytes)


def _free_on_gpu(device: str) -> int:
    """Return what a GPU has free, with what PyTorch keeps there of freed tensors."""
    free_bytes, _ = torch.cuda.mem_get_info(device)
    return free_bytes + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def available_memory_bytes(root: Path = Path("/")) -> int | None:
    """Return the main memory that is available to this process.

    On Linux, this is the smallest of the machine's free memory and what each control group of the process (version 1
    or 2, such as a container's limit) leaves free. Elsewhere it is what `os.sysconf` reports.

    Args:
        root: The folder with `proc` and `sys`.

    Returns:
        Bytes, or None where the system does not report them.
    """
    known = [*_free_in_machine(root / "proc/meminfo"), *_free_in_groups(root)]
    return max(0, min(known)) if known else _physical_bytes()


def _free_in_machine(meminfo: Path) -> Iterator[int]:
    for line in _lines(meminfo):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) * 1024  # "MemAvailable:   24226688 kB"


def _free_in_groups(root: Path) -> Iterator[int]:
    mount = root / "sys/fs/cgroup"
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)  # "4:memory:/a/b" in version 1, "0::/a/b" in version 2
        if controllers == "":
            names = ("memory.max", "memory.current", "inactive_file")
            yield from _free_along(mount, path, *names)
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            yield from _free_along(mount / "memory", path, *names)


def _free_along(mount: Path, path: str, limit: str, usage: str, reclaimable: str) -> Iterator[int]:
    """Yield the free bytes of the group at `path` and of each parent. A container may see only the topmost."""
    group = mount / path.strip("/")
    for folder in (group, *group.parents):
        limit_bytes, used_bytes = _number(folder / limit), _number(folder / usage)
        if limit_bytes is not None and used_bytes is not None:
            # Usage includes file pages that the kernel frees on demand, such as those of weights just read.
            counts = dict(line.split() for line in _lines(folder / "memory.stat"))
            yield limit_bytes - used_bytes + int(counts.get(reclaimable, 0))
        if folder == mount:
            return


def _physical_bytes() -> int | None:
    for pages in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):  # macOS reports only the second, the memory of the machine.
        try:
            return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, ValueError, OSError):
            continue
    return None


def _number(file: Path) -> int | None:
    text = "".join(_lines(file))
    return int(text) if text.isdigit() else None  # "max" means no limit.


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:
        return []
