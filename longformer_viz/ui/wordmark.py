"""The app's name as a drawing in the colours of a theme."""

from functools import cache
from pathlib import Path

_DRAWING = Path(__file__).with_suffix(".svg").read_text(encoding="utf-8")
_INK = {
    "light": {"textColor": "#101318", "bandColor": "#0072B2"},
    "dark": {"textColor": "#E8EBEF", "bandColor": "#56B4E9"},
}


@cache
def wordmark(theme: str) -> str:
    """Return the app's name as an SVG drawing in the colours of a theme.

    Args:
        theme: "light" or "dark".
    """
    drawing = _DRAWING
    for name, colour in _INK[theme].items():
        drawing = drawing.replace(name, colour)
    return drawing
