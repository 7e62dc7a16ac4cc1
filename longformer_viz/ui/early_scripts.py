"""Scripts that every page needs, asked for with the page instead of when the first message names them."""

import re
from functools import cache
from pathlib import Path

import streamlit

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
_IMPORTED = re.compile(r'(?:from|import)"\./([^"/]+\.js)"')
# Streamlit names a script for its element, with a hash of its content. A name that it no longer has is left out.
_ELEMENTS = ("BidiComponent", "Selectbox", "Slider", "TextInput", "ButtonGroup", "Metric")


def with_early_scripts(page: bytes) -> bytes:
    """Return Streamlit's HTML page with links to the scripts of elements that every page has; another text unchanged.

    Args:
        page: The page, which names the scripts that Streamlit itself needs.
    """
    links = b"".join(
        b'<link rel="modulepreload" crossorigin href="./static/js/%s">' % name.encode()
        for name in _needed()
        if name.encode() not in page
    )
    return page.replace(b"</head>", links + b"</head>", 1)


@cache
def _needed() -> tuple[str, ...]:
    """Return the names of the elements' scripts and of all that they import."""
    found: dict[str, None] = {}
    waiting = [path.name for element in _ELEMENTS for path in sorted(SCRIPTS.glob(f"{element}.*.js"))]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += _IMPORTED.findall((SCRIPTS / name).read_text(encoding="utf-8"))
    return tuple(found)
