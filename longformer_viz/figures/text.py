"""A visitor's words in a figure: never markup."""

import html
import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def seen(text: str, limit: int = 40) -> str:
    """`text` on one line, unseen characters spelled out, at most `limit` characters."""
    spelled = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return spelled if len(spelled) <= limit else spelled[: limit - 1] + "…"


def plain(text: str, limit: int = 40) -> str:
    """`seen` text for plotly's labels and hovers, which read some HTML: escaped."""
    # A label between two dollars would be read as LaTeX where MathJax is loaded.
    return html.escape(seen(text, limit), quote=False).replace("$", "&#36;")
