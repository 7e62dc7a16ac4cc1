"""The one queue of training runs of this server."""

import streamlit as st

from longformer_viz.training.runs.queue import RunQueue


@st.cache_resource
def run_queue() -> RunQueue:
    """Return the queue that all sessions share."""
    return RunQueue()
