"""Figures on a page: every chart has a description in words, and follows the visitor's theme."""

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_BUTTONS = (
    *("zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"),
    *("hoverClosestCartesian", "hoverCompareCartesian", "toggleSpikelines"),
)


def current_theme() -> str:
    """Return the visitor's theme, "light" or "dark"."""
    return st.context.theme.type or "light"


def show_figure(figure: "Figure", key: str, alt: str, png: str | None = None) -> None:
    """Show a figure over the full width, with a button for full screen, which the key F presses.

    Args:
        figure: The figure.
        key: Streamlit's key of the chart.
        alt: The figure in words, for screen readers.
        png: The name of the PNG file that the chart's camera saves, without its ending; None shows no camera.
    """
    # Streamlit adds its button for full screen to Plotly's own, so these are taken away one by one.
    config: dict[str, Any] = {"displaylogo": False, "modeBarButtonsToRemove": [*_BUTTONS]}
    if png is None:
        config["modeBarButtonsToRemove"].append("toImage")
    else:
        config["toImageButtonOptions"] = {"format": "png", "filename": png, "scale": 2}
    st.plotly_chart(figure, width="stretch", theme="streamlit", key=key, config=config, alt=alt)
