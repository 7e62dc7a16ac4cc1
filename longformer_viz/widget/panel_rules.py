"""A pattern's rule for one head in a few numbers, by which the browser tells why a pair is allowed."""

import numpy as np

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reach_pattern import ReachPattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError

Rule = tuple[dict[str, str | int | list[int]], dict[str, np.ndarray]]


def rule_of(pattern: Pattern, layer: int, head: int) -> Rule:
    """Return the rule of a pattern.

    Args:
        pattern: The pattern.
        layer: The layer of the head.
        head: The head.

    Returns:
        The header and the arrays. `causal` in the header: whether no key is later than its query. By kind:
        "full": nothing more.
        "band": half, dilation, globals.
        "chunks": size, stride.
        "blocks": size, half, first and last (blocks from first to last - 1 are not global), random (blocks a block of
        queries draws), and the array `drawn`, int32 `[blocks * random]`.
        "hashed": rounds, chunks (of a round), and the array `chunk`, int32 `[rounds * tokens]`.
        "reach": left and right, the most keys before and after a query.

    Raises:
        InputError: The pattern has no rule here.
    """
    if isinstance(pattern, CausalPattern):
        header, arrays = rule_of(pattern.pattern, layer, head)
        return header | {"causal": pattern.causal_layers[layer]}, arrays
    if isinstance(pattern, ReachPattern):
        left, right = pattern.reaches[layer].sides(pattern.length)
        return {"kind": "reach", "left": left, "right": right}, {}
    if isinstance(pattern, FullPattern) or (isinstance(pattern, ModernBertPattern) and pattern.is_full(layer)):
        return {"kind": "full"}, {}
    if isinstance(pattern, BigBirdPattern) and (pattern.is_full or pattern.global_blocks >= pattern.count):
        return {"kind": "full"}, {}
    if isinstance(pattern, ModernBertPattern):
        return {"kind": "band", "half": pattern.local_attention // 2, "dilation": 1, "globals": []}, {}
    if isinstance(pattern, LongformerPattern):
        band = pattern.layers[layer]
        header = {
            "kind": "band",
            "half": band.one_sided_window,
            "dilation": band.dilations[head],
            "globals": list(pattern.global_positions),
        }
        return header, {}
    if isinstance(pattern, ChunkedPattern):
        return {"kind": "chunks", "size": pattern.chunk_size, "stride": pattern.stride}, {}
    if isinstance(pattern, BigBirdPattern):
        header = {
            "kind": "blocks",
            "size": pattern.block_size,
            "half": pattern.window_blocks // 2,
            "first": pattern.global_blocks - pattern.global_blocks // 2,
            "last": pattern.count - pattern.global_blocks // 2,
            "random": pattern.random_blocks,
        }
        return header, {"drawn": pattern.blocks[layer, head].flatten().int().numpy()}
    if isinstance(pattern, ReformerPattern):
        header = {"kind": "hashed", "rounds": pattern.rounds, "chunks": pattern.chunks}
        return header, {"chunk": pattern.chunk[layer, head].flatten().int().numpy()}
    raise InputError(f"A panel must show a pattern with a rule for it; got {type(pattern).__name__}. Add its rule.")
