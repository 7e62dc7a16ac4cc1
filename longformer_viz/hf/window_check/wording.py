"""The distance at which a token has an effect, and faults of it, in words."""

from torch import Tensor

from longformer_viz.patterns.layer_reach import LayerReach


def farthest_sides(found: Tensor, position: int) -> tuple[int, int]:
    """Return the largest distances over which a token has an effect.

    Args:
        found: The queries that attend to the token, bool `[n]`.
        position: The token's position.

    Returns:
        Distance to the farthest query after the token, which sees it before itself, and to the farthest one before
        it.
    """
    queries = found.nonzero().flatten()
    if not len(queries):
        return 0, 0
    return max(0, int(queries.max()) - position), max(0, position - int(queries.min()))


def expected_sides(reach: LayerReach, position: int, length: int) -> tuple[int, int]:
    """Return the distances over which a token should have an effect.

    Args:
        reach: The layer's reach.
        position: The token's position.
        length: Number of tokens of the text.

    Returns:
        Keys before and after a query, as far as the text allows.
    """
    left = length - 1 - position if reach.left is None else min(reach.left, length - 1 - position)
    right = position if reach.right is None else min(reach.right, position)
    return left, right


def reach_in_words(reach: LayerReach) -> str:
    """Return a `reach` in words, such as `"23 before, 0 after"`."""
    left, right = ("all" if side is None else f"{side:,}" for side in (reach.left, reach.right))
    return f"{left} before, {right} after"


def seen_in_words(left: int, right: int, position: int, length: int) -> str:
    """Return a measured reach in the same words as `reach_in_words`, with `all` if it ends with the text.

    Args:
        left: Keys before a query.
        right: Keys after a query.
        position: Position of the token that was changed.
        length: Number of tokens of the text.

    Returns:
        The words.
    """
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
    """Describe the fault of one layer.

    Args:
        name: Name of the layer.
        reach: The reach that the configuration states.
        expected: Expected keys before and after a query.
        seen: Measured keys before and after a query.
        position: Position of the token that was changed.
        length: Number of tokens of the text.

    Returns:
        One sentence, or "" if there is no fault.
    """
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
