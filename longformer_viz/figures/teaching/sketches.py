"""Parts of the glossary's pictures: boxes, bars, arrows and lines on a card of 120 by 80."""

from collections.abc import Sequence
from html import escape

from longformer_viz.figures.palette import GLOBAL, LOCAL, NEUTRAL
from longformer_viz.figures.teaching.pair_grid import COLOURS
from longformer_viz.patterns.picture import Kinds

WIDTH, HEIGHT = 120, 80
SIX_EMPTY = ("",) * 6  # Texts of boxes that stand for any tokens.


def grid(
    kinds: Kinds, left: float = 24, top: float = 4, width: float = 72, height: float = 0, shades: Sequence[float] = ()
) -> str:
    """Return cells of pairs; an allowed one has its kind's colour.

    Args:
        kinds: Of the pairs.
        left: Its left edge.
        top: Its top edge.
        width: Its width.
        height: Its height; 0 for a square.
        shades: Opacity of each cell, row by row; none for 1.
    """
    across, down = width / len(kinds[0]), (height or width) / len(kinds)
    parts = []
    for query, row in enumerate(kinds):
        for key, kind in enumerate(row):
            opacity = shades[query * len(row) + key] if shades else 1
            fill = f'fill="{COLOURS[kind]}" fill-opacity="{opacity:.2f}"' if kind else 'fill="none"'
            parts.append(
                f'<rect x="{left + key * across:.1f}" y="{top + query * down:.1f}" width="{across:.1f}" '
                f'height="{down:.1f}" {fill} stroke="{NEUTRAL}" stroke-width="0.5"/>'
            )
    return "".join(parts)


def outline(left: float, top: float, width: float, height: float, ink: str) -> str:
    """Return a thick frame around something.

    Args:
        left: Its left edge.
        top: Its upper edge.
        width: Its width.
        height: Its height.
        ink: Colour of the line.
    """
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="none" stroke="{ink}" '
        'stroke-width="2.5" rx="1"/>'
    )


def boxes(texts: Sequence[str], ink: str, chosen: Sequence[int] = (), top: float = 30, colour: str = GLOBAL) -> str:
    """Return words in boxes side by side.

    Args:
        texts: The words.
        ink: Colour of the words.
        chosen: Numbers of the boxes that are filled.
        top: Upper edge.
        colour: Of the filled boxes.
    """
    width = (WIDTH - 8) / len(texts)
    parts = []
    for number, text in enumerate(texts):
        left = 4 + number * width
        fill = f'fill="{colour}" fill-opacity="0.55"' if number in chosen else 'fill="none"'
        parts.append(
            f'<rect x="{left + 1:.1f}" y="{top}" width="{width - 2:.1f}" height="20" rx="3" {fill} '
            f'stroke="{NEUTRAL}"/>'
            + words(text, left + width / 2, top + 13.5, ink, min(11, 1.55 * width / max(2, len(text))))
        )
    return "".join(parts)


def bars(heights: Sequence[float], left: float, width: float, colours: Sequence[str] = (), base: float = 68) -> str:
    """Return a bar chart; a height of 1 is 56 units.

    Args:
        heights: From 0 to 1.
        left: Its left edge.
        width: Of all bars.
        colours: One for each bar; the colour of local pairs where there is none.
        base: The line that the bars stand on.
    """
    step = width / len(heights)
    parts = [line(left, base, left + width, base, NEUTRAL)]
    for number, height in enumerate(heights):
        colour = colours[number] if colours else LOCAL
        parts.append(
            f'<rect x="{left + number * step + 1:.1f}" y="{base - 56 * height:.1f}" width="{step - 2:.1f}" '
            f'height="{56 * height:.1f}" fill="{colour}"/>'
        )
    return "".join(parts)


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.2, dashes: str = "") -> str:
    """Return a straight line.

    Args:
        x1: Start, from the left.
        y1: Start, from the top.
        x2: End, from the left.
        y2: End, from the top.
        colour: Of the line.
        width: Of the line.
        dashes: Lengths of dashes and gaps; empty for none.
    """
    return curve(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", colour, width, dashes)


def curve(path: str, colour: str, width: float = 2, dashes: str = "") -> str:
    """Return a curve.

    Args:
        path: The curve as an SVG path.
        colour: Of the line.
        width: Of the line.
        dashes: Lengths of dashes and gaps; empty for none.
    """
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width}" fill="none"{dashed}/>'


def arrow(x1: float, x2: float, y: float, ink: str) -> str:
    """Return an arrow to the right.

    Args:
        x1: Start, from the left.
        x2: Its point, from the left.
        y: Height of the arrow, from the top.
        ink: Its colour.
    """
    return line(x1, y, x2 - 1, y, ink, 1.6) + f'<path d="M{x2 - 6} {y - 4}L{x2} {y}L{x2 - 6} {y + 4}z" fill="{ink}"/>'


def arc(x1: float, x2: float, y: float, ink: str, width: float = 1.6) -> str:
    """Return an arched arrow between two boxes, above them.

    Args:
        x1: Start, from the left.
        x2: Its point, from the left.
        y: Upper edge of the boxes.
        ink: Its colour.
        width: Of the line.
    """
    lift = max(8, min(24, abs(x2 - x1) / 3))
    head = f'<path d="M{x2 - 3.5} {y - 6}L{x2 + 3.5} {y - 6}L{x2} {y}z" fill="{ink}"/>'
    return curve(f"M{x1} {y}Q{(x1 + x2) / 2} {y - 2 * lift} {x2} {y - 4}", ink, width) + head


def words(text: str, x: float, y: float, ink: str, size: float = 11) -> str:
    """Return a text, centred.

    Args:
        text: The words.
        x: Their middle, from the left.
        y: Their baseline, from the top.
        ink: Their colour.
        size: Of the letters.
    """
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-family="system-ui, sans-serif" '
        f'font-size="{size:.1f}" fill="{ink}">{escape(text)}</text>'
    )
