"""The map as an anywidget: layer, head and selected token are traits that Python and the browser share."""

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from longformer_viz.notebook.html_export import HtmlExport
from longformer_viz.notebook.shown_heads import ShownHeads
from longformer_viz.notebook.static_map import framed
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.map_choices import checked
from longformer_viz.widget.text_parts import UNITS

_CHOSEN = ("layer", "head", "selected_token")


class MapWidget(HtmlExport, anywidget.AnyWidget):
    """The attention map in a cell.

    Args:
        heads: What the map shows.
        layer: The layer shown. Set it to show another one.
        head: The head shown. Set it to show another one.
        selected_token: The position of the selected token, or None. Set it to select a token.
        theme: "light" or "dark".
        height: Height of the map in CSS pixels.
    """

    _esm = script("notebook")
    _css = style("notebook")
    payload = traitlets.Bytes().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    tile = traitlets.Dict().tag(sync=True)
    theme = traitlets.Unicode().tag(sync=True)
    layer = traitlets.Int().tag(sync=True)
    head = traitlets.Int().tag(sync=True)
    selected_token = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self, heads: ShownHeads, layer: int, head: int, selected_token: int | None, theme: str, height: int
    ) -> None:
        self.heads = heads
        self._height = height
        self._generation = 0
        self._is_told = False
        self._choice: dict[str, Any] = {
            "layer": layer,
            "head": head,
            "locked": selected_token,
            "unit": UNITS[0],
            "mode": "square",
            "scale": "log",
            "sort": "layer",
            "percent": 100,
            "place": None,
        }
        super().__init__(
            layer=layer, head=head, selected_token=selected_token, theme=theme, payload=self._encoded(theme, {})
        )

    def _encoded(self, theme: str, tile: Mapping[str, Any]) -> bytes:
        looks = {"theme": theme, "height": self._height, "generation": self._generation}
        return self.heads.payload(self._choice, looks, tile)

    @traitlets.validate(*_CHOSEN)
    def _check(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        asked = {"layer": 0, "head": 0, "selected_token": None} | {name: value}
        self.heads.check(**asked, theme="light")
        return value

    @traitlets.observe("shown")
    def _take_choice(self, change: Any) -> None:
        """Take what the reader chose in the map."""
        told = change["new"]
        if told.get("generation") != self._generation:
            return  # from before Python asked for something else
        before, self._choice = self._choice, checked(told, self._choice, self.heads.trace)
        self._is_told = True
        try:
            self.set_trait("layer", self._choice["layer"])
            self.set_trait("head", self._choice["head"])
            self.set_trait("selected_token", self._choice["locked"])
        finally:
            self._is_told = False
        if any(before[name] != self._choice[name] for name in ("layer", "head", "locked", "unit")):
            self._refresh()

    @traitlets.observe(*_CHOSEN)
    def _take_command(self, change: Any) -> None:
        """Show what Python asks for."""
        name = "locked" if change["name"] == "selected_token" else change["name"]
        if self._is_told or self._choice[name] == change["new"]:
            return
        self._choice = {**self._choice, name: change["new"]}
        self._generation += 1
        self._refresh()

    @traitlets.observe("tile")
    def _refresh(self, _: Any = None) -> None:
        self.payload = self._encoded(self.theme, self.tile)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Add the static map, which is shown where a notebook is exported or has no widgets."""
        made = super()._repr_mimebundle_(**options)
        if made is None:
            return None
        data, metadata = made if isinstance(made, tuple) else (made, {})
        return {**data, "text/html": framed(self.to_html(), self._height)}, metadata
