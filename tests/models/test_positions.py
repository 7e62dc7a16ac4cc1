"""Where position embeddings repeat, measured on tables whose answer is known."""

import pytest
import torch

from longformer_viz.models.converting.positions import seamless_tiling
from longformer_viz.spec import InputError
from longformer_viz.trace.position_tiling import PositionTiling


def curve(positions, period, dims=64):
    """Positions on a closed curve: after `period` rows it is back where it was."""
    turns = torch.arange(positions) / period * 2 * torch.pi
    harmonics = range(1, dims // 2 + 1)
    return torch.stack([wave(turns * number) for number in harmonics for wave in (torch.sin, torch.cos)], 1)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("period", [300, 400])
def test_a_closed_curve_repeats_after_its_period(period):
    table = curve(512, period) + 0.1 * noise(512, 64)
    tiling = seamless_tiling(table)
    assert tiling.period == period
    step = (table[tiling.stop - 1] - table[tiling.start]).norm()  # the seam is a step like any other
    assert step < 1.5 * (table[1:] - table[:-1]).norm(dim=1).median()


def test_a_curve_that_closes_too_soon_repeats_after_whole_turns():
    assert seamless_tiling(curve(512, 150) + 0.1 * noise(512, 64)).period in (300, 450)


def test_rows_that_stand_apart_at_the_ends_never_repeat():
    table = curve(512, 500) + 0.1 * noise(512, 64)
    table[0] *= 5
    table[-3:] *= 3
    assert seamless_tiling(table) is None  # with them only nine rows of the second turn are left
    table = curve(512, 300) + 0.1 * noise(512, 64)
    table[:4] *= 5
    table[-4:] *= 0.1
    tiling = seamless_tiling(table)
    assert tiling.period == 300
    assert tiling.start >= 4
    assert tiling.stop <= 508


@pytest.mark.parametrize("shape", [(512, 384), (64, 32), (40, 16), (9, 8), (1, 4)])
def test_rows_that_are_no_curve_have_no_joint(shape):
    assert seamless_tiling(noise(*shape)) is None


@pytest.mark.parametrize("table", [torch.zeros(64, 8), torch.full((64, 8), torch.nan), torch.arange(512.0)[:, None]])
def test_tables_without_a_curve_that_returns_have_no_joint(table):
    assert seamless_tiling(table) is None


def test_rows_of_a_tiling():
    assert PositionTiling(stop=5, start=2).rows(12).tolist() == [0, 1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 2]
    assert PositionTiling(stop=3).rows(7).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert PositionTiling(stop=5, start=2).rows(3).tolist() == [0, 1, 2]
    assert (PositionTiling(stop=5, start=2).period, PositionTiling(stop=3).is_paper_tiling) == (3, True)


@pytest.mark.parametrize(("stop", "start"), [(0, 0), (3, 3), (3, -1), ("3", 0), (3.0, 0), (True, 0), (None, 0)])
def test_a_tiling_of_nothing_is_refused(stop, start):
    with pytest.raises(InputError, match="A position tiling must start at 0 or later"):
        PositionTiling(stop=stop, start=start)
