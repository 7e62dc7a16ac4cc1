"""Longformer Viz: `streamlit run app.py` or `longformer-viz` starts the app."""

import streamlit as st
from starlette.middleware import Middleware

from longformer_viz.ui.first_paint import FirstPaint
from longformer_viz.ui.home_address import HomeAddress
from longformer_viz.ui.navigation import SCRIPT, navigate
from longformer_viz.ui.page_entries import TOOLS
from longformer_viz.ui.server_start import server_start

middleware = [Middleware(HomeAddress, name=TOOLS[0].address), Middleware(FirstPaint)]
app = st.App(SCRIPT, lifespan=server_start, middleware=middleware)

if __name__ == "__main__":
    navigate()
