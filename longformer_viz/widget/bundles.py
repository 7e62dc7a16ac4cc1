"""The JavaScript and CSS of each component, joined from their modules by `npm run build`."""

from functools import cache
from pathlib import Path

_DIST = Path(__file__).parent / "dist"


@cache
def script(name: str) -> str:
    """Return a component's JavaScript: an ES module whose default export mounts it.

    Args:
        name: "map", "panels", "reach", "marked_text", "presenter", "guide", "tab_memory", "reached", "sweep_storage",
            "session", "lesson" or "check"; "index", which exports the first four; "map_file", which exports nothing
            and draws the payloads contained in an HTML file; or "notebook", whose default export is an anywidget
            module.

    Returns:
        The source.
    """
    return (_DIST / f"{name}.js").read_text(encoding="utf-8")


@cache
def style(name: str) -> str:
    """Return a component's CSS.

    Args:
        name: "map", "panels", "reach", "marked_text", "presenter", "guide", "session", "lesson", "check" or "index",
            which is for the first four.

    Returns:
        The source.
    """
    return (_DIST / f"{name}.css").read_text(encoding="utf-8")
