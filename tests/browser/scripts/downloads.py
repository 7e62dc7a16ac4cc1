"""A page with the downloads popover alone."""

import streamlit as st

from longformer_viz import AttentionSpec, run
from longformer_viz.ui.attention.downloads import downloads
from longformer_viz.ui.shared.background import loaded_model

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 20


@st.cache_resource
def trace():
    return run(loaded_model(None, "cpu", "float32"), TEXT, AttentionSpec(16, 1, (0, 120)))


downloads(trace(), 2, 5, (slice(100, 140), slice(90, 150)))
