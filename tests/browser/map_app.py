"""A page with nothing but the map on it, over a document as long as the address says; what it returns, as text."""

import dataclasses
import json

import streamlit as st

from longformer_viz import AttentionSpec, load, run
from longformer_viz.documents.samples import DEFAULT_SAMPLE, sample
from longformer_viz.ui.attention_map import attention_map

st.set_page_config(layout="wide")


@st.cache_resource(max_entries=6)
def trace_of(length: int, window: int, dilation: int, globals_: int):
    model = load()
    text = sample(DEFAULT_SAMPLE).text
    while len(tokens := model.tokenize(text)) < length:
        text += " " + text
    tokens = dataclasses.replace(
        tokens,
        ids=tokens.ids[: length - 1] + tokens.ids[-1:],
        offsets=tokens.offsets[: length - 1] + tokens.offsets[-1:],
        pieces=tokens.pieces[: length - 1] + tokens.pieces[-1:],
    )
    positions = tuple(sorted({number * length // globals_ for number in range(globals_)}))
    return run(model, tokens, AttentionSpec(window, dilation, positions))


def number(name: str, default: int) -> int:
    return int(st.query_params.get(name, default))


trace = trace_of(number("length", 400), number("window", 64), number("dilation", 1), number("globals", 2))
other = None
if "other" in st.query_params:
    other = (number("layer", 2), number("other", 1))
result = attention_map(
    trace,
    number("layer", 2),
    number("head", 0),
    other=other,
    difference="difference" in st.query_params,
    key="map",
)
st.code(json.dumps(dataclasses.asdict(result)), language=None)
