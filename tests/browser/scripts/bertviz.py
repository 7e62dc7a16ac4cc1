"""A page with BertViz alone, on a document made of hostile tokens."""

from dataclasses import replace

import streamlit as st

from longformer_viz import AttentionSpec, run
from longformer_viz.ui.attention.bertviz import bertviz_view
from longformer_viz.ui.shared.background import loaded_model
from tests.figures.hostile import HOSTILE

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 10


@st.cache_resource
def trace():
    made = run(loaded_model(None, "cpu", "float32"), TEXT, AttentionSpec(16, 1, (0, 120)))
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(made.tokens)))
    return replace(made, tokens=replace(made.tokens, pieces=pieces))


bertviz_view(trace(), 40)
