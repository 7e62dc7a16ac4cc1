"""Peak memory on systems that report less than Linux, and the memory limits there."""

import subprocess
import sys
import types
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from longformer_viz.probe import peak_memory
from longformer_viz.probe.peak_memory import LARGEST_SO_FAR, MEMORY_EXIT, NOT_AVAILABLE, largest_bytes, peak_of

MIB = 2**20
CPU = torch.device("cpu")
# As on a system without /proc: a watcher takes the place of the kernel's own limit.
OVER = """
from pathlib import Path
import numpy as np, time
from longformer_viz.probe import peak_memory
peak_memory.Path = lambda path: Path("/nowhere")
peak_memory.limit_memory({limit}, 1)
held = np.ones({taken} // 8)
time.sleep(2)
"""


@pytest.fixture
def no_high_water(monkeypatch):
    @contextmanager
    def measured(device):
        yield types.SimpleNamespace(peak_bytes=None)

    monkeypatch.setattr(peak_memory, "measured", measured)


def test_without_a_high_water_mark_the_largest_size_yet_is_named(no_high_water, monkeypatch):
    sizes = iter([500 * MIB, 800 * MIB])
    monkeypatch.setattr(peak_memory, "largest_bytes", lambda: next(sizes))
    reading = peak_of(lambda: None, CPU)
    assert (reading.peak_bytes, reading.meter) == (300 * MIB, LARGEST_SO_FAR)


def test_a_largest_size_that_did_not_rise_says_nothing(no_high_water, monkeypatch):
    monkeypatch.setattr(peak_memory, "largest_bytes", lambda: 500 * MIB)
    assert peak_of(lambda: None, CPU).peak_bytes is None


def test_without_any_meter_there_is_no_figure(no_high_water, monkeypatch):
    monkeypatch.setattr(peak_memory, "largest_bytes", lambda: None)
    reading = peak_of(lambda: None, CPU)
    assert (reading.peak_bytes, reading.meter) == (None, NOT_AVAILABLE)


@pytest.mark.skipif(sys.platform == "win32", reason="has no resource module")
def test_the_largest_size_grows_with_what_is_held():
    before = largest_bytes()
    assert before > 50 * MIB
    held = torch.ones(before // 4 + 64 * MIB // 4)  # more than the process ever had
    assert largest_bytes() >= before + 60 * MIB
    del held


@pytest.mark.skipif(sys.platform == "win32", reason="has no sh")
@pytest.mark.parametrize(("taken_bytes", "code"), [(16 * MIB, 0), (1200 * MIB, MEMORY_EXIT)])
def test_a_watcher_ends_a_process_over_its_limit(taken_bytes, code):
    script = OVER.format(limit=200 * MIB, taken=taken_bytes)
    # By way of a shell: Linux counts the largest size of whoever starts a process as the process's own.
    started = ["sh", "-c", '"$0" -c "$1"; exit $?', sys.executable, script]
    assert subprocess.run(started, cwd=Path(__file__).parents[2]).returncode == code
