"""The map in a notebook without widgets: an HTML page inside the cell, which also works in exported notebooks."""

import html
from dataclasses import dataclass

from longformer_viz.notebook.html_export import HtmlExport
from longformer_viz.notebook.shown_heads import ShownHeads

INSTALL = 'pip install "longformer-viz[notebook]"'
_PAGE_PIXELS = 90  # the page's heading, above the map


@dataclass(frozen=True, slots=True)
class StaticMap(HtmlExport):
    """A map whose choices stay in the browser.

    Attributes:
        heads: What it shows.
        layer: The layer.
        head: The head.
        selected_token: The position of the selected token, or None.
        theme: "light" or "dark".
        height: Height of the map in CSS pixels.
        note: A sentence below the map, or nothing.
    """

    heads: ShownHeads
    layer: int
    head: int
    selected_token: int | None
    theme: str
    height: int
    note: str = ""

    def _repr_html_(self) -> str:
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return framed(self.to_html(), self.height) + note


def framed(page: bytes, height: int) -> str:
    """Return a page inside a frame of its own, which can neither read nor change the notebook.

    Args:
        page: The page.
        height: Height of the map in CSS pixels.
    """
    return (
        f'<iframe srcdoc="{html.escape(page.decode())}" title="Attention map" allow="fullscreen" '
        f'sandbox="allow-scripts allow-downloads" width="100%" height="{height + _PAGE_PIXELS}" '
        'style="border: 0"></iframe>'
    )
