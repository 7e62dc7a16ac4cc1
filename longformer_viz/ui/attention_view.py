"""One head of a trace on the page: its controls, its picture, and what to see in it; runs again alone."""

import streamlit as st

from longformer_viz.attention.trace import Trace
from longformer_viz.figures.attention import attention_figure, describe
from longformer_viz.ui.words import count, size


def summary(trace: Trace) -> str:
    """One sentence of live numbers about a run, each with the way it came about."""
    layers, length = trace.pattern.layers, len(trace.tokens)
    windows = sorted({layer.window for layer in layers})
    dilations = sorted({dilation for layer in layers for dilation in layer.dilations})
    globals_ = len(trace.global_positions)
    parts = [f"**{length:,} tokens**", f"window {_span(windows)}"]
    if dilations != [1]:
        parts.append(f"dilation {_span(dilations)}")
    parts.append(f"{globals_:,} global token{'s' if globals_ != 1 else ''}")
    peak = "" if trace.peak_bytes is None else f" and **{size(trace.peak_bytes)}**"
    parts.append(f"**{trace.elapsed_seconds:.2g} s**{peak} :gray-badge[measured]")
    share = trace.pairs_scored / trace.pairs_full
    percent = f"{share:.0%}" if share >= 0.01 else f"{share:.2%}"
    parts.append(f"**{percent}** of the pairs that full attention scores :gray-badge[computed]")
    if trace.is_own_pattern:
        parts.append(":blue-badge[trained with this window]")
    else:
        parts.append(":orange-badge[same weights, other pattern]")
    return " · ".join(parts)


def _span(values: list[int]) -> str:
    return f"{values[0]:,}" if len(values) == 1 else f"{values[0]:,} to {values[-1]:,}"


@st.fragment
def attention_view(trace: Trace) -> None:
    """Layer, head and place, and the picture of that head."""
    left, middle, right = st.columns([2, 3, 4])
    last_layer, last_head, last_token = len(trace.layers) - 1, trace.heads - 1, len(trace.tokens) - 1
    layer = _within(left, "Layer", last_layer, min(2, last_layer), "Layers count from 0, the first above the words.")
    head = _within(middle, "Head", last_head, 0, "Heads count from 0.")
    token = _within(right, "Token to look at closely", last_token, 0, "Where the close-up on the right stands.")
    theme = st.context.theme.type or "light"
    st.plotly_chart(
        attention_figure(trace, layer, head, token, theme),
        width="stretch",
        theme="streamlit",
        key="attention_figure",
        config={"displayModeBar": False},
        alt=describe(trace, layer, head),
    )
    st.caption(_what_to_see(trace))


def _within(place: st.delta_generator.DeltaGenerator, label: str, last: int, value: int, help: str) -> int:
    if last < 1:
        return 0
    key = label.split()[0].lower()
    return place.slider(label, 0, last, min(value, last), key=key, bind="query-params", help=help)


def _what_to_see(trace: Trace) -> str:
    full_bytes = 4 * len(trace.tokens) ** 2 * trace.heads
    repeats = ""
    if len(trace.tokens) > trace.trained_tokens:
        repeats = (
            f" Lines that come back every {trace.trained_tokens} tokens are the model's copied positions: it was "
            "trained to that length."
        )
    return (
        "Left: every pair, to scale; grey pairs cannot attend. Top right: the same band laid flat, the document from "
        "left to right. Below it: the words at the small square, to read. Colour is weight, on a logarithmic scale, "
        f"reduced by maximum; ▼ marks global tokens.{repeats} Full attention would score "
        f"{count(trace.pairs_full)} pairs instead of {count(trace.pairs_scored)}, and written out would hold "
        f"{size(full_bytes)} of weights for one layer."
    )
