"""A small picture of a pattern: one cell for each pair of tokens, as SVG that is read on a screen and on paper."""

from html import escape

from longformer_viz.figures.palette import DILATED, FULL, GLOBAL, HASHED, LOCAL, RANDOM
from longformer_viz.patterns.picture import Kinds

COLOURS = {
    "local": LOCAL,
    "dilated": DILATED,
    "global": GLOBAL,
    "random": RANDOM,
    "hashed": HASHED,
    "chunk": LOCAL,
    "full": FULL,
}
_LINE = "#8A8A8A"
_WIDTH = 120  # CSS pixels.
_MARGIN = 12  # For the positions; a cell is 10 by 10.
_MARKS = {  # The second cue of a kind, drawn in a cell of 10 by 10.
    "global": '<circle cx="5" cy="5" r="2" fill="#000"/>',
    "random": '<path d="M3 3l4 4M7 3l-4 4" stroke="#fff" stroke-width="1.4"/>',
    "dilated": '<path d="M2.5 7.5l5-5" stroke="#000" stroke-width="1.2"/>',
}


def grid_svg(kinds: Kinds, label: str) -> str:
    """Draw pairs as an SVG picture, queries down and keys across, with the positions of their tokens.

    Args:
        kinds: Of the pairs.
        label: What the picture shows, for those who do not see it.
    """
    cells = "".join(
        f'<g transform="translate({10 * key} {10 * query})">{_cell(kind)}</g>'
        for query, row in enumerate(kinds)
        for key, kind in enumerate(row)
    )
    numbers = "".join(_numbers(position) for position in range(len(kinds)))
    side = 10 * len(kinds) + _MARGIN + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {side} {side}" width="{_WIDTH}" height="{_WIDTH}" '
        f'role="img" aria-label="{escape(label)}">'
        f'<g transform="translate({_MARGIN} {_MARGIN})">{cells}{numbers}</g></svg>'
    )


def _cell(kind: str) -> str:
    fill = COLOURS[kind] if kind else "none"
    return f'<rect width="10" height="10" fill="{fill}" stroke="{_LINE}" stroke-width="0.6"/>{_MARKS.get(kind, "")}'


def _numbers(position: int) -> str:
    middle = 10 * position + 5
    style = 'font-family="sans-serif" font-size="6" fill="currentColor"'
    return (
        f'<text x="{middle}" y="-3" text-anchor="middle" {style}>{position}</text>'
        f'<text x="-3" y="{middle + 2}" text-anchor="end" {style}>{position}</text>'
    )
