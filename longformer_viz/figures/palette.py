"""One colour for each idea, from the Okabe-Ito set, and one colour scale for weights."""

from math import log10
from typing import Any

LOCAL = "#0072B2"
DILATED = "#56B4E9"
GLOBAL = "#E69F00"
NEUTRAL = "#8A8A8A"
ANSWER = "#F0E442"
"""A passage that answers a question, or carries a decision; words on it are dark in both themes."""
OUTSIDE = {"light": "#ECECEC", "dark": "#2A2D34"}
INK = {"light": "#31333F", "dark": "#FAFAFA"}
# One perceptually even scale for weights; its strong end stands out in both themes. Its ends are a
# little off black and white, because streamlit's plotly theme replaces "#000001" to "#000020" by its own colours.
_EMBERS = ["#0b0724", "#2a115c", "#57157e", "#862781", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf"]
WEIGHTS = {"light": _EMBERS[::-1], "dark": _EMBERS}
WEIGHT_FLOOR = 1e-4
"""Weights below this are drawn like this: a linear scale shows almost nothing of a 512-wide band."""
RANDOM = "#009E73"
HASHED = "#CC79A7"
FULL = "#D55E00"
"""Attention over all pairs."""


def weight_axis(title: str, floor: float, theme: str) -> dict[str, Any]:
    """Make plotly's `coloraxis` for decimal logarithms of weights.

    Args:
        title: Title of the colour bar.
        floor: Smallest weight with a colour of its own.
        theme: "light" or "dark".

    Returns:
        The settings of the axis.
    """
    exponents = list(range(round(log10(floor)), 1))
    return {
        "colorscale": WEIGHTS[theme],
        "cmin": exponents[0],
        "cmax": 0,
        "colorbar": {
            "title": {"text": title, "side": "top"},
            "tickvals": exponents[::2],
            "ticktext": [f"≤ {floor:f}".rstrip("0"), *(f"{10.0**exponent:g}" for exponent in exponents[2::2])],
            "thickness": 10,
        },
    }
