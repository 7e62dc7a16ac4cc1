"""The one queue of training runs of this server."""

import streamlit as st

from longformer_viz.server.policy import check_training
from longformer_viz.training.runs.queue import RunQueue


def run_queue() -> RunQueue:
    """Return the queue that all sessions share.

    Raises:
        InputError: If this server offers no training.
    """
    check_training()
    return _queue()


@st.cache_resource
def _queue() -> RunQueue:
    return RunQueue()
