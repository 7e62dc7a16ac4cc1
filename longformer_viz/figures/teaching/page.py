"""A page to print: one HTML file that needs no other."""

from functools import cache
from html import escape
from pathlib import Path


@cache
def _style() -> str:
    return (Path(__file__).parent / "print.css").read_text(encoding="utf-8")


def printable(title: str, about: str, body: str) -> bytes:
    """Return a page as a file.

    Args:
        title: Of the page.
        about: What the page is, in one line below the title.
        body: The HTML below it.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        '<p class="toolbar">To print this page or save it as a PDF file, press Ctrl+P.</p>\n'
        f'<h1>{escape(title)}</h1>\n<p class="about">{escape(about)}</p>\n{body}\n</main>\n</body>\n</html>\n'
    ).encode()
