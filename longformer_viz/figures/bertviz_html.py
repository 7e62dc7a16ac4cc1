"""BertViz for a part of the document, as one HTML file that loads nothing else.

This file writes the data itself, because BertViz would write tokens unescaped into a script. The data has an element
of its own, so that every script is the same for all documents (see `bertviz_scripts`).
"""

import html
import json
from dataclasses import dataclass
from typing import Literal

import torch

from longformer_viz.checks import MAKE_RUN, check_choice, check_type
from longformer_viz.figures.bertviz_scripts import PARAMETERS, bertviz_scripts, script_source
from longformer_viz.figures.palette import INK
from longformer_viz.figures.text import seen
from longformer_viz.spec import InputError, check_index, is_whole, shown
from longformer_viz.trace.trace import Trace

MAX_TOKENS = {"head": 128, "model": 48}
"""The longest stretch of each view: BertViz draws one line for every weight."""
_PAGE = {"light": "#ffffff", "dark": "#000000"}  # the colours of BertViz's own model view
_HOVERED = {"light": "#d3d3d3", "dark": "#444444"}
_ROOT = "bertviz"


@dataclass(frozen=True, slots=True)
class BertvizPage:
    """An HTML document with a BertViz view.

    Attributes:
        html: The document.
        height: Its height in pixels.
        note: A note about the weights that it shows.
    """

    html: str
    height: int
    note: str


def bertviz_page(
    trace: Trace, view: Literal["head", "model"], start: int, count: int, layer: int = 0, theme: str = "light"
) -> BertvizPage:
    """Make a page with BertViz's head view of one layer, or its model view of all layers, for a part of the document.

    The weights are those of the trace, cut to the square of these tokens. Each row is divided by its sum there.

    Args:
        trace: The run.
        view: "head" or "model".
        start: Position of the first token.
        count: Number of tokens.
        layer: Index of the layer of the head view, from 0.
        theme: "light" or "dark".

    Returns:
        The page.

    Raises:
        InputError: If the tokens are outside the document, there are more than `MAX_TOKENS[view]`, the layer does not
            exist, or the packages with the JavaScript are missing.
    """
    _check(trace, view, start, count, layer, theme)
    stretch = slice(start, start + count)
    layers = [layer] if view == "head" else list(range(len(trace.layers)))
    weights = torch.stack(
        [torch.stack([trace.weights(one, head, stretch, stretch) for head in range(trace.heads)]) for one in layers]
    )  # [layers, heads, query, key]
    faults = int((~weights.isfinite()).sum())
    weights = weights.nan_to_num(0, 0, 0)
    inside = weights.sum(-1, keepdim=True)
    weights = weights / inside.clamp(min=torch.finfo(torch.float32).tiny)
    pieces = [_shown_piece(piece) for piece in trace.tokens.pieces[stretch]]
    parameters = {
        "attention": [
            {
                "name": None,
                "attn": [[[[round(w, 4) for w in row] for row in head] for head in one] for one in weights.tolist()],
                "left_text": pieces,
                "right_text": pieces,
            }
        ],
        "default_filter": "0",
        "root_div_id": _ROOT,
        "include_layers": layers,
        **({"layer": layer, "heads": None} if view == "head" else {}),
        **({"display_mode": theme, "include_heads": list(range(trace.heads))} if view == "model" else {}),
        **({"total_heads": trace.heads} if view == "model" else {}),
    }
    height = 22.5 * count + 60 if view == "head" else max(_model_height(trace, count), 18 * count + 55)
    return BertvizPage(_page(view, parameters, theme), round(height) + 24, _note(trace, stretch, inside, faults))


def _check(trace: Trace, view: str, start: int, count: int, layer: int, theme: str) -> None:
    length = len(check_type(trace, Trace, "A run", MAKE_RUN).tokens)
    if not isinstance(view, str) or view not in MAX_TOKENS:
        raise InputError(f"A view must be head or model. You entered {shown(view)}. Try head.")
    check_choice(theme, ("light", "dark"), "Theme")
    most = MAX_TOKENS[view]
    if not is_whole(count) or not 1 <= count <= most:
        raise InputError(f"BertViz's {view} view takes 1 to {most} tokens. You entered {shown(count)}. Try {most}.")
    if not is_whole(start) or not 0 <= start <= length - count:
        raise InputError(
            f"The range must lie in the document's {length:,} tokens. "
            f"You entered {count} tokens from token {shown(start)}. "
            f"Try {max(0, length - count):,} or less, or fewer tokens."
        )
    check_index(layer, len(trace.layers), "Layer")


def _shown_piece(piece: str) -> str:
    """Return a short token with its invisible characters spelled out, as text that BertViz never reads as markup."""
    return seen(piece, 14)


def _model_height(trace: Trace, count: int) -> float:
    return len(trace.layers) * (count * 7 * 12 / trace.heads + 10) + 38  # the sizes that BertViz uses


def _note(trace: Trace, stretch: slice, inside: torch.Tensor, faults: int) -> str:
    note = (
        f"Tokens {stretch.start:,} to {stretch.stop - 1:,} of {len(trace.tokens):,}, renormalized. "
        "BertViz needs rows that sum to 1. Weights on other tokens are left out, and the weights shown are scaled "
        f"up. On average {inside.mean():.0%} of a token's weight lies in this range."
    )
    if faults:
        note += f" {faults:,} weights are not numbers and are not drawn."
    return note


def _page(view: Literal["head", "model"], parameters: dict, theme: str) -> str:
    """Return the document. Its policy allows only the scripts that it contains, and loads nothing."""
    # "<" in a token could end the element, so it is written as a JSON escape. The rest is ASCII.
    data = json.dumps(parameters, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    scripts = bertviz_scripts(view)
    allowed = " ".join(script_source(script) for script in scripts)
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'"
    choice = 'Layer: <select id="layer" disabled></select>' if view == "head" else ""
    style = (
        f"body {{ margin: 8px; background: {_PAGE[theme]}; color: {INK[theme]}; font-family: sans-serif; }} "
        f"svg text {{ fill: {INK[theme]}; }} .background {{ fill: {_HOVERED[theme]}; }}"
    )
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>BertViz</title>',
            f'<style>{style}</style></head><body><div id="{_ROOT}"><span>{choice}</span><div id="vis"></div></div>',
            f'<script type="application/json" id="{PARAMETERS}">{data}</script>',
            *(f"<script>{script}</script>" for script in scripts),
            "</body></html>",
        ]
    )


def sandboxed(page: BertvizPage) -> str:
    """Wrap the `page` in a frame without an origin, so that its scripts cannot access the app around it."""
    return (
        "<style>html, body { margin: 0; height: 100%; } iframe { border: 0; width: 100%; height: 100%; }</style>"
        f'<iframe sandbox="allow-scripts" title="BertViz" srcdoc="{html.escape(page.html)}"></iframe>'
    )
