"""Longformer Viz: `streamlit run app.py` or `longformer-viz` starts the app."""

import streamlit as st
from starlette.middleware import Middleware

from longformer_viz.ui.first_paint import FirstPaint
from longformer_viz.ui.home_address import HomeAddress
from longformer_viz.ui.navigation import SCRIPT, navigate
from longformer_viz.ui.page_entries import TOOLS

app = st.App(SCRIPT, middleware=[Middleware(HomeAddress, name=TOOLS[0].address), Middleware(FirstPaint)])

if __name__ == "__main__":
    navigate()
