"""The JavaScript and CSS of each browser component, as text."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_MAP = """
map/store.js shared/payload.js grid/view.js text/row_colours.js shared/colours.js map/controls.js map/export.js
map/picture/eye.js map/picture/lanes.js map/picture/legend.js map/picture/levels.js map/picture/marks.js
map/picture/minimap.js map/moves.js map/picture/pens.js map/picture/raster.js map/readout.js map/picture/tiles.js
map/view.js text/layout.js text/view.js map/app.js
"""
_SCRIPTS = {
    "map": _MAP.split(),
    "panels": [
        "shared/payload.js",
        "shared/colours.js",
        *(f"panels/{name}.js" for name in ("rules", "raster", "parts", "app")),
    ],
    "reach": ["shared/payload.js", "reach/app.js"],
    "marked_text": ["marked_text/view.js"],
    "tab_memory": ["tab_memory/view.js"],
}
_STYLES = {
    "map": ["map/map.css", "text/text.css"],
    "panels": ["panels/panels.css"],
    "reach": ["reach/reach.css"],
    "marked_text": ["marked_text/marked_text.css"],
}


@cache
def script(name: str) -> str:
    """The JavaScript module of a component; its default export mounts it."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in _SCRIPTS[name])


@cache
def style(name: str) -> str:
    """The CSS of a component."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in _STYLES[name])
