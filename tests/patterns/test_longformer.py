"""The closed-form count of pairs against the pattern itself."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import LayerSpec


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_count_equals_the_allowed_pairs(data):
    length = data.draw(st.integers(1, 90))
    window = 2 * data.draw(st.integers(1, 60))
    dilations = tuple(data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=3)))
    positions = tuple(sorted(data.draw(st.sets(st.integers(0, length - 1)))))
    pattern = LongformerPattern((LayerSpec(window, dilations),), positions)
    position = torch.arange(length)
    allowed = [pattern.allows(0, head, position[:, None], position) for head in range(len(dilations))]
    assert pattern.count_pairs(length) == sum(int(mask.sum()) for mask in allowed)


def test_a_small_pattern_by_hand():
    pattern = LongformerPattern((LayerSpec(2, (1, 2)),), (0,))
    position = torch.arange(5)
    one, two = (pattern.allows(0, head, position[:, None], position).int().tolist() for head in range(2))
    assert one == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 0, 1, 1, 1], [1, 0, 0, 1, 1]]
    assert two == [[1, 1, 1, 1, 1], [1, 1, 0, 1, 0], [1, 0, 1, 0, 1], [1, 1, 0, 1, 0], [1, 0, 1, 0, 1]]
