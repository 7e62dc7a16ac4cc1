"""A page with the whole component on it, a real payload, and no server: what it tells Python is kept in a list."""

import base64

from longformer_viz.trace.heads import head_grid
from longformer_viz.widget.bundles import style
from longformer_viz.widget.map_grid import grid_payload
from longformer_viz.widget.map_views import head_view
from longformer_viz.widget.payload import Part, encode
from tests.browser.inline import mounting

COLOURS = {"light": ("#31333F", "#FFFFFF"), "dark": ("#FAFAFA", "#0E1117")}
START = """
const told = []
const tell = (...said) => told.push(said)
const host = { parentElement: document.getElementById("place"), setStateValue: tell, setTriggerValue: tell }
const show = (written) => mount({ ...host, data: Uint8Array.from(atob(written), (letter) => letter.charCodeAt(0)) })
show(document.getElementById("bytes").textContent)
Object.assign(window, { told, show, store: document.querySelector(".lv-root").lvMap.store })
"""


def payload_of(trace):
    """Layer 0, head 1 of a trace and its head grid, in base64."""
    grid = Part(*grid_payload(head_grid(trace)))
    shared = {"layers": len(trace.layers), "heads": trace.heads, "trained_tokens": 512, "controls": {"generation": 1}}
    return base64.b64encode(encode(shared, trace.tokens, [head_view(trace, 0, 1)], grid)).decode()


def page_of(trace, theme="light"):
    """The page's HTML."""
    text, background = COLOURS[theme]
    return f"""<!doctype html><meta charset="utf-8"><title>Page</title><style>
:root {{ --st-text-color: {text}; --st-background-color: {background} }}
body {{ margin: 16px; background: {background} }}
#place {{ width: 928px }}
{style("map")}</style><div id="place"></div><script type="text/plain" id="bytes">{payload_of(trace)}</script>
<script type="module">{mounting("map")}{START}</script>"""
