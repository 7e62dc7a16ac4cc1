"""A page with the followed token alone."""

import streamlit as st

from longformer_viz import AttentionSpec, run
from longformer_viz.ui.attention.rollout import rollout_view
from longformer_viz.ui.shared.background import loaded_model

TEXT = "The harbour master keeps two ledgers; <b>one</b> is for $ships$, the other nobody reads. " * 20


@st.cache_resource
def trace():
    return run(loaded_model(None, "cpu", "float32"), TEXT, AttentionSpec(16, 1, (0, 120)))


st.session_state["full_runs"] = st.session_state.get("full_runs", 0) + 1
st.write(f"runs: {st.session_state['full_runs']}")
rollout_view(trace(), 150)
