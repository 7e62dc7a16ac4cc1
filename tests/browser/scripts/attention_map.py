"""A page with nothing but the map on it, over a document as long as the address says; what it returns, as text."""

import dataclasses
import json

import streamlit as st

from longformer_viz import AttentionSpec, Trace, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.ui.components.map.attention_map import attention_map, map_change
from longformer_viz.ui.components.map.payload import Comparison, OtherMap
from longformer_viz.ui.components.map.view import MapView


@st.cache_resource(max_entries=6)
def trace_of(length: int, window: int, dilation: int, globals_: int) -> Trace:
    """The embedded default over a sample, repeated and cut to the length."""
    model = load()
    text = sample().text
    while len(tokens := model.tokenize(text)) < length:
        text += " " + text
    cut = {name: getattr(tokens, name)[:length] for name in ("ids", "offsets", "pieces")}
    positions = tuple(sorted({number * length // globals_ for number in range(globals_)}))
    return run(model, dataclasses.replace(tokens, **cut), AttentionSpec(window, dilation, positions))


def number(name: str, default: int) -> int:
    """A number in the address."""
    return int(st.query_params.get(name, default))


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    trace = trace_of(number("length", 600), number("window", 64), number("dilation", 1), number("globals", 2))
    view = MapView(number("layer", 2), number("head", 0))
    heads = [int(head) for head in st.query_params.get_all("other")]
    others = tuple(OtherMap(f"Layer {view.layer}, head {head}", trace, view.layer, head) for head in heads)
    label = f"Layer {view.layer}, head {view.head}"
    comparison = Comparison(label, others, "difference" in st.query_params) if others else None
    change = map_change("map", trace)
    view = attention_map(trace, view, comparison=comparison, key="map")
    told = {**dataclasses.asdict(view), "global_toggled": change.global_toggled}
    st.code(json.dumps(told), language=None)
