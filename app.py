"""Longformer Viz: `streamlit run app.py` or `longformer-viz` starts the app."""

import streamlit as st

from longformer_viz.ui.middleware import middleware
from longformer_viz.ui.navigation import SCRIPT, navigate
from longformer_viz.ui.server_start import apply_settings, log_page_error, server_start

if __name__ != "__main__":  # A server imports this file.
    apply_settings()

app = st.App(SCRIPT, lifespan=server_start, middleware=middleware(), on_script_error=log_page_error)

if __name__ == "__main__":
    navigate()
