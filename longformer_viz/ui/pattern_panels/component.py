"""The panels as a Streamlit component: pictures, and what any weight of them follows from, in the browser."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from longformer_viz.attention.panel import PatternPanel
from longformer_viz.attention.trace import Trace
from longformer_viz.patterns.pattern import KINDS
from longformer_viz.ui.attention_map.payload import Part, encode
from longformer_viz.ui.attention_map.tiles import marked_codes
from longformer_viz.ui.pattern_panels.rules import rule_of

_HERE = Path(__file__).parent
_MAP = _HERE.parent / "attention_map"
# One module in the browser, in this order: the map's bytes and colours, and what is the panels' own.
_SCRIPTS = (
    _MAP / "payload.js",
    _MAP / "map_colours.js",
    _HERE / "panel_rules.js",
    _HERE / "panel_raster.js",
    _HERE / "panel_parts.js",
    _HERE / "panels.js",
)


@cache
def script() -> str:
    """The component's JavaScript, all files as one module."""
    return "\n".join(file.read_text(encoding="utf-8") for file in _SCRIPTS)


_component = st.components.v2.component(
    "longformer_viz_pattern_panels", js=script(), css=(_HERE / "panels.css").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with its name, its settings in words, and whether the weights were trained with its pattern."""

    panel: PatternPanel
    name: str
    words: str
    own: bool


def pattern_panels(trace: Trace, layer: int, head: int, shown: Sequence[Shown], *, key: str) -> None:
    """Show one head under several patterns, side by side."""
    _component(key=key, data=panels_payload(trace, layer, head, shown))


def panels_payload(trace: Trace, layer: int, head: int, shown: Sequence[Shown]) -> bytes:
    """The bytes: for each panel its picture, its rule and its rows' log-sum-exp, and once the head's vectors.

    Arrays of panel i: codes u1 and kinds u1 [side * side], shares u1 (of 255), lse f4 [n], and those of its rule;
    queries and keys f4 [n * d].
    """
    kept = trace.layers[layer]
    arrays = {"queries": _floats(kept.query[head]), "keys": _floats(kept.key[head])}
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
                "kept": None if math.isnan(panel.kept) else round(panel.kept, 6),
                "blind": panel.blind_rows,
                "rule": rule,
            }
        )
    header = {
        "layer": layer,
        "head": head,
        "side": len(shown[0].panel.weights),
        "size": kept.query.shape[-1],
        "kinds": list(KINDS),
        "left_out": list(trace.global_positions),
        "panels": headers,
    }
    shared = {"layers": len(trace.layers), "heads": trace.heads, "trained_tokens": trace.trained_tokens}
    return encode(shared, trace.tokens, [], Part(header, arrays))


def _floats(tensor: object) -> np.ndarray:
    return tensor.float().flatten().numpy()
