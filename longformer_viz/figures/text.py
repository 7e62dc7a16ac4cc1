"""A visitor's words in a figure: never markup."""

import html
import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def plain(text: str, limit: int = 40) -> str:
    """`text` for plotly's labels and hovers, which read some HTML: escaped, unseen characters shown, short."""
    seen = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if len(seen) > limit:
        seen = seen[: limit - 1] + "…"
    # A label between two dollars would be read as LaTeX where MathJax is loaded.
    return html.escape(seen, quote=False).replace("$", "&#36;")
