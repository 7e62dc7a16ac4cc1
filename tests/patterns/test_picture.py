"""Pictures of patterns against the counts of their masks."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns import picture
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import KINDS
from longformer_viz.patterns.picture import NOTHING, pattern_picture
from longformer_viz.spec import InputError, LayerSpec
from tests.patterns import masks


@pytest.mark.parametrize("kind", masks.KINDS.values(), ids=masks.KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_shares_are_those_of_the_mask(kind, data):
    length, size = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 80))
    pattern = data.draw(kind(length))
    allowed = masks.mask(pattern, length)[1, 2].float()
    side = min(size, length)
    cells = torch.nn.functional.one_hot(torch.arange(length) * side // length, side).float()
    expected = cells.mT @ allowed @ cells / torch.outer(cells.sum(0), cells.sum(0))
    ours = pattern_picture(pattern, 1, 2, length, size)
    torch.testing.assert_close(ours.share, expected)
    assert torch.equal(ours.kind == NOTHING, expected == 0)
    assert ours.pairs == int(allowed.sum())


def test_kinds_are_told_apart(monkeypatch):
    monkeypatch.setattr(picture, "_PAIRS", 100)
    pattern = LongformerPattern((LayerSpec(4, (1, 3)),), (9,))
    for head, name in ((0, "local"), (1, "dilated")):
        kinds = pattern_picture(pattern, 0, head, 30).kind
        assert (kinds[9] == KINDS.index("global")).all()
        assert (kinds[:, 9] == KINDS.index("global")).all()
        assert kinds[20, 20] == KINDS.index(name)
        assert kinds[0, 29] == NOTHING
    bigbird = BigBirdPattern(40, 1, 1, 4, random_blocks=1)
    kinds = pattern_picture(bigbird, 0, 0, 40).kind
    drawn = int(bigbird.blocks[0, 0, 5, 0])
    assert kinds[20, 4 * drawn] == KINDS.index("random")
    assert kinds[20, 20] == KINDS.index("local")
    assert kinds[20, 0] == kinds[20, 39] == KINDS.index("global")


def test_a_head_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="Head must be"):
        pattern_picture(BigBirdPattern(40, 1, 1), 0, 1, 40)
