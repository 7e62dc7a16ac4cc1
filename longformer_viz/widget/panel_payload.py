"""The payload of the panels: one head under several patterns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from longformer_viz.patterns.pattern import KINDS
from longformer_viz.trace.panel import PatternPanel
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.map_tiles import marked_codes
from longformer_viz.widget.map_views import trace_header
from longformer_viz.widget.panel_rules import rule_of
from longformer_viz.widget.payload import Part, encode


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel to show.

    Attributes:
        panel: The head under one pattern.
        name: Name of the pattern.
        words: Its settings in words.
        own: Whether the run itself has this pattern.
    """

    panel: PatternPanel
    name: str
    words: str
    own: bool


def panels_payload(trace: Trace, layer: int, head: int, shown: Sequence[Shown]) -> bytes:
    """Encode the panels.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, the same under every pattern.
        shown: The panels.

    Returns:
        A payload with the arrays `queries` and `keys`, float32 `[tokens * size]`, and, if the model has a position
        bias, `bias`, float32 `[2 tokens - 1]` by the distance from key to query. For panel i it has `codes{i}`,
        `kinds{i}` and `shares{i}` (of 255), uint8 `[side * side]`, `lse{i}`, float32 `[tokens]`, and the arrays of
        its rule.
    """
    kept = trace.layers[layer]
    arrays = {"queries": _floats(kept.query[head]), "keys": _floats(kept.key[head])}
    bias = kept.rule.bias
    if bias is not None:
        arrays["bias"] = _floats(bias[head if len(bias) > 1 else 0])
    headers = []
    for number, one in enumerate(shown):
        panel = one.panel
        rule, extra = rule_of(panel.pattern, layer, head)
        arrays |= {
            f"codes{number}": marked_codes(panel.weights).ravel(),
            f"kinds{number}": panel.kind.flatten().numpy(),
            f"shares{number}": (panel.share * 255).ceil().byte().flatten().numpy(),
            f"lse{number}": _floats(panel.log_sum_exp.clamp(min=-1e30)),
            **{f"{name}{number}": array for name, array in extra.items()},
        }
        headers.append(
            {
                "name": one.name,
                "words": one.words,
                "own": one.own,
                "pairs": panel.pairs,
                "full_pairs": panel.full_pairs,
                "kept": None if math.isnan(panel.captured_share) else round(panel.captured_share, 6),
                "blind": panel.empty_rows,
                "rule": rule,
            }
        )
    header = {
        "layer": layer,
        "head": head,
        "side": len(shown[0].panel.weights),
        "size": kept.query.shape[-1],
        "softcap": kept.rule.softcap,
        "kinds": list(KINDS),
        "left_out": list(trace.global_positions),
        "panels": headers,
    }
    return encode(trace_header(trace), trace.tokens, [], Part(header, arrays))


def _floats(tensor: Tensor) -> np.ndarray:
    return tensor.float().flatten().numpy()
