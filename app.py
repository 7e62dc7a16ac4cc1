"""Longformer Viz: `streamlit run app.py` or `longformer-viz` starts the app."""

import streamlit as st

from longformer_viz.ui.navigation import SCRIPT, navigate

app = st.App(SCRIPT)

if __name__ == "__main__":
    navigate()
