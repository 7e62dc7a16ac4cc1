"""How far a token was seen, and what is wrong with that, in words."""

from torch import Tensor

from longformer_viz.patterns.layer_reach import LayerReach


def farthest_sides(found: Tensor, position: int) -> tuple[int, int]:
    """Return how far before and after themselves the farthest tokens see this one."""
    queries = found.nonzero().flatten()
    if not len(queries):
        return 0, 0
    return max(0, int(queries.max()) - position), max(0, position - int(queries.min()))


def expected_sides(reach: LayerReach, position: int, length: int) -> tuple[int, int]:
    """Return how far before and after themselves tokens should see the one at this position."""
    left = length - 1 - position if reach.left is None else min(reach.left, length - 1 - position)
    right = position if reach.right is None else min(reach.right, position)
    return left, right


def reach_in_words(reach: LayerReach) -> str:
    """Return a reach as `"23 before, 0 after"`."""
    left, right = ("all" if side is None else f"{side:,}" for side in (reach.left, reach.right))
    return f"{left} before, {right} after"


def seen_in_words(left: int, right: int, position: int, length: int) -> str:
    """Return what was seen from this position in the same words; `all` where the text ends."""
    before = "all" if left == length - 1 - position else f"{left:,}"
    after = "all" if right == position else f"{right:,}"
    return f"{before} before, {after} after"


def fault_of(
    name: str,
    reach: LayerReach,
    expected: tuple[int, int],
    seen: tuple[int, int],
    position: int,
    length: int,
) -> str:
    """Return what is wrong with one layer, in a sentence; empty where nothing is."""
    if seen == expected:
        return ""
    start = f"{name} promises {expected[0]:,} before and {expected[1]:,} after, and sees {seen[0]:,} and {seen[1]:,}"
    ends = (length - 1 - position, position)
    wider = [side for side, (own, promise) in enumerate(zip(seen, expected, strict=True)) if own != promise]
    if reach.is_causal and seen[1] > 0:
        return f"{start}: it is not causal."
    if reach.is_local and all(seen[side] == ends[side] for side in wider):
        return f"{start}: the window is ignored."
    if all(abs(seen[side] - expected[side]) == 1 for side in wider):
        return f"{start}: the window is off by one."
    if not reach.is_causal and expected[1] > 0 and seen[1] == 0:
        return f"{start}: it sees earlier tokens only."
    if all(seen[side] in (2 * expected[side], 2 * expected[side] + 1) for side in wider):
        return f"{start}: the window is taken as one-sided."
    if all(2 * seen[side] in (expected[side], expected[side] + 1) for side in wider):
        return f"{start}: the window is taken as two-sided."
    return f"{start}."
