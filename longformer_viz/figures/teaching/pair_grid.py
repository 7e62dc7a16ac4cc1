"""A small picture of a pattern: one cell for each pair of tokens, as SVG that is read on a screen and on paper."""

from html import escape

import torch

from longformer_viz.figures.palette import DILATED, FULL, GLOBAL, HASHED, LOCAL, RANDOM
from longformer_viz.patterns.pattern import Pattern

Kinds = list[list[str]]  # [query][key]: a kind of pair, or "" for a forbidden one.

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
_MARKS = {  # The second cue of a kind, drawn in a cell of 10 by 10.
    "global": '<circle cx="5" cy="5" r="2" fill="#000"/>',
    "random": '<path d="M3 3l4 4M7 3l-4 4" stroke="#fff" stroke-width="1.4"/>',
    "dilated": '<path d="M2.5 7.5l5-5" stroke="#000" stroke-width="1.2"/>',
}


def pair_kinds(pattern: Pattern, length: int, layer: int = 0) -> Kinds:
    """Return the kind of every pair in the first head.

    Args:
        pattern: Any pattern.
        length: Tokens in the document.
        layer: Counted from 0.
    """
    kinds = [[""] * (length + 1) for _ in range(length + 1)]  # The last row and column take missing tokens.
    for tiles in pattern.tiles(layer, length, (0,)):
        shape = (*tiles.queries.shape, tiles.keys.shape[1])  # [tiles, q, k]
        allowed = torch.ones(shape, dtype=torch.bool) if tiles.allowed is None else tiles.allowed.expand(shape)
        for tile, row, column in allowed.nonzero().tolist():
            kinds[int(tiles.queries[tile, row])][int(tiles.keys[tile, column])] = tiles.kind
    return [row[:length] for row in kinds[:length]]


def grid_svg(kinds: Kinds, label: str, *, width: int = 120, is_numbered: bool = False) -> str:
    """Draw pairs as an SVG picture, queries down and keys across.

    Args:
        kinds: Of the pairs.
        label: What the picture shows, for those who do not see it.
        width: CSS pixels.
        is_numbered: Whether rows and columns have the positions of their tokens.
    """
    count, margin = len(kinds), 12 if is_numbered else 0
    cells = "".join(
        f'<g transform="translate({10 * key} {10 * query})">{_cell(kind)}</g>'
        for query, row in enumerate(kinds)
        for key, kind in enumerate(row)
    )
    numbers = "".join(_numbers(position) for position in range(count)) if is_numbered else ""
    side = 10 * count + margin
    return svg(f'<g transform="translate({margin} {margin})">{cells}{numbers}</g>', label, side, side, width)


def svg(content: str, label: str, across: float, down: float, width: int) -> str:
    """Return an SVG picture with a text alternative.

    Args:
        content: The elements of the picture.
        label: What the picture shows.
        across: Units of the picture from left to right.
        down: Units of the picture from top to bottom.
        width: CSS pixels.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {across + 2:g} {down + 2:g}" width="{width}" '
        f'height="{width * (down + 2) / (across + 2):.0f}" role="img" aria-label="{escape(label)}">{content}</svg>'
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
