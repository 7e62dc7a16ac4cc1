"""A visitor's text in a figure, which is never read as markup."""

import html
import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def seen(text: str, limit: int = 40) -> str:
    """Return a text on one line, with invisible characters spelled out.

    Args:
        text: Any text.
        limit: Most characters of the result.

    Returns:
        The text, with an ellipsis if it was cut.
    """
    spelled = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return spelled if len(spelled) <= limit else spelled[: limit - 1] + "…"


def plain(text: str, limit: int = 40) -> str:
    """Return the text of `seen`, escaped for plotly's labels and hovers, which interpret some HTML.

    Args:
        text: Any text.
        limit: Most characters before escaping.

    Returns:
        The escaped text.
    """
    # A label between two dollars would be read as LaTeX where MathJax is loaded.
    return html.escape(seen(text, limit), quote=False).replace("$", "&#36;")


def percent(share: float) -> str:
    """Format a `share` as the browser does: with one decimal below 10%, two below 0.1%, and "–" for NaN."""
    if share != share:
        return "–"
    if share >= 0.0995 or share == 0:
        return f"{share:.0%}"
    return f"{share:.2%}" if share < 0.001 else f"{share:.1%}"
