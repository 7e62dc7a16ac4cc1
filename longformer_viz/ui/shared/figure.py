"""Figures on a page: every chart has a description in words, and follows the visitor's theme."""

from typing import Any

import streamlit as st
from plotly.graph_objects import Figure


def current_theme() -> str:
    """Return the visitor's theme, "light" or "dark"."""
    return st.context.theme.type or "light"


def show_figure(figure: Figure, key: str, alt: str, png: str | None = None) -> None:
    """Show a figure over the full width.

    Args:
        figure: The figure.
        key: Streamlit's key of the chart.
        alt: The figure in words, for screen readers.
        png: The name of the PNG file that the chart's camera saves, without its ending; None shows no camera.
    """
    config: dict[str, Any] = {"displayModeBar": False}
    if png is not None:
        config = {
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "png", "filename": png, "scale": 2},
        }
    st.plotly_chart(figure, width="stretch", theme="streamlit", key=key, config=config, alt=alt)
