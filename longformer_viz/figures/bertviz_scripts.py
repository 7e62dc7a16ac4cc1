"""The scripts of a BertViz page, which are the same for every document.

BertViz's own JavaScript loads require.js, d3 and jQuery from a CDN. Here d3 comes from the package mpld3 and jQuery
from xstatic-jquery, both as package data that is never imported. A `require` of three lines provides them.

Since no script holds a visitor's data, a page's security policy can name each by its digest.
"""

import base64
import hashlib
from functools import cache
from typing import Literal

from longformer_viz.paths import packaged_file
from longformer_viz.spec import InputError

View = Literal["head", "model"]
PARAMETERS = "bertviz-parameters"
"""Identity of the element with the page's data, as JSON."""
_SOURCES = {
    "head": ("bertviz", "head_view.js"),
    "model": ("bertviz", "model_view.js"),
    "d3": ("mpld3", "d3.v5.min.js"),
    "jquery": ("xstatic-jquery", "jquery.min.js"),
}
# Each library is an ordinary script that defines a global. BertViz itself configures addresses on a CDN.
_REQUIRE = f"""
const held = {{ jquery: window.jQuery, d3: window.d3 }}
window.require = window.requirejs = (names, use) => use(...names.map((name) => held[name]))
window.require.config = () => {{}}
window.bertvizParameters = JSON.parse(document.getElementById("{PARAMETERS}").textContent)
"""


@cache
def bertviz_scripts(view: View) -> tuple[str, ...]:
    """Return the scripts of a view, in the order in which a page needs them, below its data.

    Args:
        view: "head" or "model".

    Raises:
        InputError: If a package with the JavaScript is missing or has other files than expected.
    """
    drawing = _source(view).replace("PYTHON_PARAMS", "window.bertvizParameters", 1)
    scripts = (_source("d3"), _source("jquery"), _REQUIRE, drawing)
    for script in scripts:
        if "</script" in script.lower() or "<!--" in script:  # "<!--" would keep a script from ending.
            raise InputError(
                "A script must not contain its own end tag; one of BertViz's files does. Install the pinned versions."
            )
    return scripts


def script_source(script: str) -> str:
    """Return what a Content-Security-Policy calls an inline `script`: its SHA-256 digest."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _source(name: str) -> str:
    """Return a JavaScript file from a package's data. The package itself is never imported."""
    package, file_name = _SOURCES[name]
    found = packaged_file(package, file_name)
    if found is None or not found.is_file():
        raise InputError(f"BertViz must find {file_name} in the package {package}. Run: pip install {package}")
    # Line ends as a browser reads them, because others would change the script's digest.
    return found.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
