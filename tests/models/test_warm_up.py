"""Memory of a run is the run's own: what happens once in a process is not in it, and no stretch hides another's."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from longformer_viz.peak_memory import measured

MIB = 2**20
CPU = torch.device("cpu")
FIRST_AND_LATER = """
from longformer_viz import AttentionSpec, answer, load, run
from longformer_viz.documents.samples import sample
model, asking = load(), load(task="qa")
tokens = model.tokenize(sample("services_contract").text)
for window in (512, 1024, 512, 1024):
    spec = AttentionSpec(window)
    print(run(model, tokens, spec).peak_bytes, answer(asking, "Who is the client?", tokens, spec).peak_bytes)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="has no mark that can be set back")
def test_the_first_run_of_a_process_takes_no_more_memory_than_later_ones():
    found = subprocess.run(
        [sys.executable, "-c", FIRST_AND_LATER],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    peaks = np.array([list(map(int, line.split())) for line in found.stdout.splitlines()], dtype=float)
    assert peaks.shape == (4, 2)
    assert (abs(peaks / np.median(peaks, axis=0) - 1) < 0.3).all(), peaks


@pytest.mark.skipif(sys.platform != "linux", reason="has no mark that can be set back")
def test_an_inner_stretch_does_not_hide_the_peak_of_an_outer_one():
    with measured(CPU) as outer:
        held = torch.ones(64 * MIB // 4)
        del held
        with measured(CPU) as inner:
            torch.ones(8 * MIB // 4).sum()
    assert outer.peak_bytes > 60 * MIB
    assert 4 * MIB < inner.peak_bytes < 40 * MIB
    with measured(CPU) as after:
        pass
    assert after.peak_bytes < 8 * MIB, "a stretch that has ended counts no more"
