"""What a refused visitor reads: why, and what to do."""

import html
import math
from dataclasses import dataclass

from starlette.responses import HTMLResponse, PlainTextResponse, Response

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{seconds}">
<title>{title} · Longformer Viz</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<p>This page tries again in {seconds} seconds.</p>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer instead of the app.

    Attributes:
        reason: A word for the counts and logs: "full", "address", "rate" or "size".
        status: The HTTP status.
        title: A heading.
        text: The rule and what to do.
        seconds: When to try again; 0 where that would not help.
    """

    reason: str
    status: int
    title: str
    text: str
    seconds: int = 0

    def response(self, as_page: bool) -> Response:
        """Return the answer.

        Args:
            as_page: Whether a visitor opens it as a page; otherwise it is plain text.
        """
        headers = {"Cache-Control": "no-store"}
        if self.seconds:
            headers["Retry-After"] = str(self.seconds)
        if not as_page:
            return PlainTextResponse(f"{self.title}. {self.text}", self.status, headers)
        parts = {"title": html.escape(self.title), "text": html.escape(self.text), "seconds": self.seconds or 60}
        return HTMLResponse(_PAGE.format(**parts), self.status, headers)


def full(most: int) -> Refusal:
    """Return the refusal of a visitor who finds no place.

    Args:
        most: The most sessions at once.
    """
    visitors = f"{most:,} visitors" if most > 1 else "one visitor"
    text = f"This server takes {visitors} at once, and no place is free. Wait, or come back later."
    return Refusal("full", 503, "All places are taken", text, 30)


def full_for_address(most: int) -> Refusal:
    """Return the refusal of a visitor whose address has as many sessions as it may have.

    Args:
        most: The most sessions of one address at once.
    """
    visitors = f"{most:,} visitors" if most > 1 else "one visitor"
    text = (
        f"This server takes {visitors} of one address at once, and yours has no place free. "
        "Close a tab of this app that you do not need, or wait."
    )
    return Refusal("address", 429, "All places of your address are taken", text, 30)


def too_often(most: int, wait_seconds: float) -> Refusal:
    """Return the refusal of an address that asks too often.

    Args:
        most: The most requests in a minute.
        wait_seconds: When it may ask again.
    """
    seconds = max(1, math.ceil(wait_seconds))
    text = (
        f"At most {most:,} requests a minute are allowed from one address, and yours made more. "
        f"Wait {seconds} {'second' if seconds == 1 else 'seconds'}, then reload the page."
    )
    return Refusal("rate", 429, "Too many requests", text, seconds)


def too_large(most_bytes: int) -> Refusal:
    """Return the refusal of a body that is too large.

    Args:
        most_bytes: The largest body.
    """
    text = f"A file must have at most {most_bytes / 2**20:,.0f} MB; yours is larger. Choose a smaller file."
    return Refusal("size", 413, "The file is too large", text)
