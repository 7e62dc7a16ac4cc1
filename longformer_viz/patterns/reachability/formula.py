"""How many pairs the layers of a pattern connect, by a formula where one applies."""

import numpy as np

from longformer_viz.patterns.causal import CausalPattern, full_pairs
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Connectivity
from longformer_viz.patterns.reach_pattern import ReachPattern
from longformer_viz.spec import LayerSpec


def reachable_in_closed_form(pattern: Connectivity, length: int) -> tuple[int, ...] | None:
    """Count the reachable pairs after 0, 1, ... layers by a formula.

    Stacked windows of one dilation are equivalent to one window whose one-sided width is the sum of theirs. A global
    token connects every pair in two layers.

    Args:
        pattern: Any pattern.
        length: Number of tokens in the document.

    Returns:
        Number of pairs after 0, 1, ... layers; None if no formula applies.
    """
    if isinstance(pattern, ReachPattern):
        return _of_reaches(pattern, length)
    if isinstance(pattern, CausalPattern) and all(pattern.causal_layers):
        return _of_causal(pattern, length)
    if not isinstance(pattern, LongformerPattern):
        return None
    dilations = [set(layer.dilations) for layer in pattern.layers]
    has_globals = any(position < length for position in pattern.global_positions)
    alike = dilations[:1] if has_globals else dilations
    if any(one != dilations[0] or len(one) > 1 for one in alike):
        return None
    (dilation,) = dilations[0]
    reachable, half = [length], 0
    for number, layer in enumerate(pattern.layers):
        half += layer.one_sided_window
        together = LongformerPattern((LayerSpec(2 * half, (dilation,)),), pattern.global_positions)
        reachable.append(length**2 if has_globals and number else together.count_pairs(length))
    return tuple(reachable)


def _of_reaches(pattern: ReachPattern, length: int) -> tuple[int, ...]:
    """Stacked windows are equivalent to one window whose sides are the sums of theirs."""
    reachable, left, right = [length], 0, 0
    for reach in pattern.reaches:
        before, after = reach.spread(length)
        left, right = left + before, right + after
        reachable.append(ReachPattern((LayerReach(left, right),), 1, length).count_pairs(length))
    return tuple(reachable)


def _of_causal(pattern: CausalPattern, length: int) -> tuple[int, ...] | None:
    """Count for full attention, and for windows of one dilation with at most the first token global."""
    inner = pattern.pattern
    if isinstance(inner, FullPattern):
        return (length, *[full_pairs(length, True)] * inner.depth)
    if not isinstance(inner, LongformerPattern):
        return None
    dilations = {dilation for layer in inner.layers for dilation in layer.dilations}
    positions = [position for position in inner.global_positions if position < length]
    if len(dilations) > 1 or positions not in ([], [0]) or (positions and dilations != {1}):
        return None
    (dilation,) = dilations
    reachable, steps = [length], 0
    for layer in inner.layers:
        steps = min(steps + layer.one_sided_window, (length - 1) // dilation)
        near = int((length - dilation * np.arange(steps + 1)).sum())
        beyond = length - 1 - steps if positions else 0  # Tokens that know the first one only because it is global.
        reachable.append(near + beyond)
    return tuple(reachable)
