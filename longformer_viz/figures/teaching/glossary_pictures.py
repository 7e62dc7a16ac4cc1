"""One small picture for each term of the glossary, drawn from real patterns where the term is about one."""

from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

from longformer_viz.figures.palette import DILATED, FULL, GLOBAL, HASHED, LOCAL, NEUTRAL, RANDOM
from longformer_viz.figures.teaching import sketches as draw
from longformer_viz.figures.teaching.pair_grid import Kinds, pair_kinds
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reach import receptive_field
from longformer_viz.spec import LayerSpec

TOKENS = 9
_MIDDLE = TOKENS // 2
_CELL = 72 / TOKENS
Picture = Callable[[str], str]  # From the colour of lines and words to SVG elements.


def glossary_picture(term: str, ink: str) -> str:
    """Return the picture of a term as SVG.

    Args:
        term: As the glossary has it.
        ink: Colour of lines and words.

    Raises:
        KeyError: There is no picture of this term.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {draw.WIDTH} {draw.HEIGHT}" role="img" '
        f'aria-label="{escape(term)}">{PICTURES[term](ink)}</svg>'
    )


def _longformer(window: int, dilation: int = 1, positions: tuple[int, ...] = (), depth: int = 1) -> LongformerPattern:
    return LongformerPattern((LayerSpec(window, (dilation,)),) * depth, positions)


def _of(pattern: Pattern) -> Picture:
    return lambda ink: draw.grid(pair_kinds(pattern, TOKENS))


def _one(kinds: Kinds, query: int, key: int) -> Kinds:
    """Return the grid with only one of its pairs."""
    return [
        [kind if (row, column) == (query, key) else "" for column, kind in enumerate(line)]
        for row, line in enumerate(kinds)
    ]


def _weights(sharpness: float, sink: bool = False) -> list[float]:
    """Return weights of full attention that fall with the distance, row by row."""
    found = []
    for query in range(TOKENS):
        scores = [2.0 ** (-abs(query - key) * sharpness) + (3 if sink and key == 0 else 0) for key in range(TOKENS)]
        found += [score / max(scores) for score in scores]
    return found


_FULL = pair_kinds(FullPattern(1, 1), TOKENS)
_WINDOW = pair_kinds(_longformer(4), TOKENS)
_SIX = ["", "", "", "", "", ""]


def _row(ink: str) -> str:
    return draw.outline(24, 4 + _MIDDLE * _CELL, 72, _CELL, ink)


def _column(ink: str) -> str:
    return draw.outline(24 + _MIDDLE * _CELL, 4, _CELL, 72, ink)


def _field(ink: str) -> str:
    depth, tokens = 3, 11
    fields = receptive_field(_longformer(2, depth=depth), tokens, tokens // 2)
    cell = 108 / tokens
    parts = []
    for level in range(depth + 1):  # The top row is the token itself.
        for token in range(tokens):
            fill = LOCAL if fields[level, token] else "none"
            parts.append(
                f'<circle cx="{6 + (token + 0.5) * cell:.1f}" cy="{12 + 18 * level}" r="3.6" fill="{fill}" '
                f'stroke="{NEUTRAL}"/>'
            )
    return "".join(parts)


def _rollout(ink: str) -> str:
    paths = ((60, 30), (60, 60), (60, 90), (30, 15), (30, 45), (90, 75), (90, 105), (60, 45), (60, 75))
    strong = paths[:3]
    lines = [draw.line(x1, 12, x2, 40, LOCAL, 2.5 - 0.5 * n) for n, (x1, x2) in enumerate(strong)]
    lines += [draw.line(x1, 40, x2, 68, LOCAL, 1.2) for x1, x2 in paths[3:]]
    dots = [(60, 12), *((x, 40) for x in (30, 60, 90)), *((x, 68) for x in (15, 45, 75, 105))]
    return "".join(lines) + "".join(f'<circle cx="{x}" cy="{y}" r="5" fill="{GLOBAL}"/>' for x, y in dots)


def _heads(ink: str) -> str:
    patterns = (_longformer(2), _longformer(4, 2), _longformer(2, 1, (0,)))
    return "".join(
        draw.grid(pair_kinds(pattern, 7), 4 + 39 * number, 23, 34) for number, pattern in enumerate(patterns)
    )


def _layers(ink: str) -> str:
    return "".join(
        f'<rect x="30" y="{10 + 22 * level}" width="60" height="16" rx="3" fill="{LOCAL}" '
        f'fill-opacity="{0.9 - 0.25 * level:.2f}" stroke="{NEUTRAL}"/>'
        + (draw.line(60, 26 + 22 * level, 60, 32 + 22 * level, ink, 1.6) if level < 2 else "")
        for level in range(3)
    )


def _run(ink: str) -> str:
    model = f'<rect x="44" y="22" width="32" height="36" rx="4" fill="{LOCAL}" fill-opacity="0.6"/>'
    text = "".join(draw.line(6, y, 28, y, NEUTRAL, 3) for y in (30, 40, 50))
    return (
        text
        + draw.arrow(30, 43, 40, ink)
        + model
        + draw.arrow(77, 90, 40, ink)
        + draw.bars((0.3, 0.6), 94, 20, (), 58)
    )


def _sorted_buckets(ink: str) -> str:
    colours = (LOCAL, HASHED, GLOBAL, LOCAL, GLOBAL, HASHED)
    order = sorted(range(6), key=lambda number: colours[number])
    first = "".join(draw.boxes(_SIX, ink, (number,), 8, colour) for number, colour in enumerate(colours))
    second = "".join(draw.boxes(_SIX, ink, (place,), 52, colours[number]) for place, number in enumerate(order))
    step = 112 / 6
    lines = "".join(
        draw.line(4 + (number + 0.5) * step, 28, 4 + (place + 0.5) * step, 52, NEUTRAL)
        for place, number in enumerate(order)
    )
    return first + second + lines


def _band() -> Kinds:
    """Return the window's pairs with their keys moved to the same columns, as `Trace.band` has them."""
    half = 2
    return [
        [_WINDOW[query][key] if 0 <= key < TOKENS else "" for key in range(query - half, query + half + 1)]
        for query in range(TOKENS)
    ]


def _values(ink: str) -> str:
    """Draw three value vectors, scaled by weights and added to one."""
    vectors = ((0.9, 0.2, 0.5), (0.3, 0.8, 0.6), (0.5, 0.5, 0.1))
    weights = (0.2, 0.7, 0.1)
    mixed = tuple(sum(w * v[n] for w, v in zip(weights, vectors, strict=True)) for n in range(3))
    parts = [draw.bars(vector, 4 + 25 * number, 21, (), 58) for number, vector in enumerate(vectors)]
    parts += [draw.words(f"×{weight}", 14 + 25 * number, 72, ink, 9) for number, weight in enumerate(weights)]
    return "".join(parts) + draw.arrow(79, 92, 40, ink) + draw.bars(mixed, 95, 21, (GLOBAL,) * 3, 58)


def _clock(ink: str) -> str:
    return (
        f'<circle cx="60" cy="44" r="26" fill="none" stroke="{ink}" stroke-width="3"/>'
        + draw.line(60, 44, 60, 26, LOCAL, 3)
        + draw.line(60, 44, 73, 52, LOCAL, 3)
        + draw.line(60, 18, 60, 9, ink, 4)
    )


def _ruler(ink: str) -> str:
    ticks = "".join(draw.line(6 + 12 * n, 40, 6 + 12 * n, 50, ink if n <= 4 else NEUTRAL) for n in range(10))
    return (
        draw.line(6, 50, 54, 50, LOCAL, 4)
        + draw.line(54, 50, 114, 50, NEUTRAL, 4, "4 3")
        + ticks
        + draw.words("512", 54, 33, ink)
    )


def _peak(ink: str) -> str:
    shape = "M8 68L24 56L44 50L62 16L78 46L112 52"
    return (
        f'<path d="{shape}V68H8z" fill="{LOCAL}" fill-opacity="0.35"/>'
        + draw.curve(shape, LOCAL)
        + f'<circle cx="62" cy="16" r="4" fill="{GLOBAL}"/>'
        + draw.line(8, 68, 112, 68, NEUTRAL)
    )


def _odds(ink: str) -> str:
    return (
        draw.line(8, 44, 112, 44, NEUTRAL, 2)
        + draw.line(60, 36, 60, 52, ink, 2)
        + f'<rect x="60" y="38" width="34" height="12" fill="{LOCAL}"/>'
        + draw.words("0", 60, 68, ink)
        + draw.words("−", 16, 68, ink)
        + draw.words("+", 104, 68, ink)
    )


def _sum(ink: str) -> str:
    return draw.bars((0.3, 0.7, 0.45), 6, 50) + draw.arrow(62, 84, 44, ink) + draw.bars((0.95,), 90, 22, (GLOBAL,))


def _softmax(ink: str) -> str:
    before = draw.bars((0.35, 0.75, 0.5), 4, 42, (NEUTRAL,) * 3)
    return before + draw.arrow(51, 69, 44, ink) + draw.bars((0.15, 0.85, 0.3), 74, 42)


def _mass(ink: str) -> str:
    heights = (0.1, 0.25, 0.6, 0.9, 0.55, 0.2, 0.12)
    inside = (NEUTRAL, NEUTRAL, LOCAL, LOCAL, LOCAL, NEUTRAL, NEUTRAL)
    return draw.bars(heights, 8, 104, inside)


def _other_pattern(ink: str) -> str:
    shades = _weights(0.6)
    return (
        draw.grid(_FULL, 4, 15, 50, shades=shades)
        + draw.arrow(56, 65, 40, ink)
        + draw.grid(_WINDOW, 67, 15, 50, shades=shades)
    )


def _forbidden(ink: str) -> str:
    left, top = 24 + 7 * _CELL, 4 + _CELL
    cross = draw.line(left, top, left + _CELL, top + _CELL, FULL, 2) + draw.line(
        left + _CELL, top, left, top + _CELL, FULL, 2
    )
    return draw.grid(_WINDOW) + cross + draw.outline(left, top, _CELL, _CELL, FULL)


PICTURES: Mapping[str, Picture] = MappingProxyType(
    {
        "Attend to": lambda ink: draw.boxes(_SIX, ink, (1,), 44) + draw.arc(88, 32, 44, ink),
        "Attention map": lambda ink: draw.grid(_FULL, shades=_weights(0.5)),
        "Attention rollout": _rollout,
        "Attention sink": lambda ink: (
            draw.grid(_FULL, shades=_weights(1, True)) + draw.outline(24, 4, _CELL, 72, ink)
        ),
        "Attention weight": lambda ink: draw.bars((0.1, 0.3, 0.9, 0.5, 0.2), 20, 80),
        "Band": lambda ink: draw.grid(_band(), 40, 4, 40, 72),
        "Captured mass": _mass,
        "Causal attention": _of(CausalPattern(FullPattern(1, 1), (True,))),
        "Chunk": _of(ChunkedPattern(1, 1, 3)),
        "Computed": lambda ink: draw.words("f(x) =", 60, 47, ink, 24),
        "Dilation": _of(_longformer(4, 2)),
        "Document": lambda ink: "".join(
            draw.line(30, 16 + 11 * n, 90 - 25 * (n == 4), 16 + 11 * n, NEUTRAL, 4) for n in range(5)
        ),
        "Entropy": lambda ink: (
            draw.bars((0.05, 0.95, 0.05, 0.05), 4, 50) + draw.bars((0.3, 0.32, 0.28, 0.3), 66, 50, (DILATED,) * 4)
        ),
        "Forbidden pair": _forbidden,
        "Full attention": _of(FullPattern(1, 1)),
        "Global token": _of(_longformer(2, 1, (2,))),
        "Hashed attention": _sorted_buckets,
        "Head": _heads,
        "Key": lambda ink: draw.grid(_WINDOW) + _column(ink),
        "Layer": _layers,
        "Log-odds": _odds,
        "Log-sum-exp": _sum,
        "Measured": _clock,
        "Pair": lambda ink: (
            draw.grid(_one(_WINDOW, _MIDDLE, _MIDDLE + 2))
            + _row(NEUTRAL)
            + draw.outline(24 + (_MIDDLE + 2) * _CELL, 4, _CELL, 72, NEUTRAL)
        ),
        "Pattern": _of(BigBirdPattern(TOKENS, 1, 1, 1, 3, 2, 1, 3)),
        "Peak memory": _peak,
        "Predicted": lambda ink: (
            draw.curve("M10 66Q70 62 108 14", LOCAL, 2.5, "6 4")
            + draw.line(10, 68, 110, 68, NEUTRAL)
            + draw.line(10, 10, 10, 68, NEUTRAL)
        ),
        "Query": lambda ink: draw.grid(_WINDOW) + _row(ink),
        "Random attention": lambda ink: draw.grid(
            [
                [kind if kind == "random" else "" for kind in row]
                for row in pair_kinds(BigBirdPattern(TOKENS, 1, 1, 1, 3, 2, 1, 3), TOKENS)
            ]
        ),
        "Receptive field": _field,
        "Run": _run,
        "Same weights, other pattern": _other_pattern,
        "Score": lambda ink: draw.words("q · k = 2.4", 60, 46, ink, 18),
        "Selected token": lambda ink: (
            draw.boxes(_SIX, ink, (3,), 30, GLOBAL) + draw.outline(4 + 3 * 112 / 6, 29, 112 / 6, 22, ink)
        ),
        "Sliding window": _of(_longformer(4)),
        "Softmax": _softmax,
        "Special token": lambda ink: draw.boxes(("[CLS]", "a", "text", "[SEP]"), ink, (0, 3)),
        "Token": lambda ink: draw.boxes(("Long", "text", "."), ink, (1,)),
        "Trace": lambda ink: (
            draw.grid(_WINDOW, 14, 16, 54, shades=_weights(0.6)) + f'<circle cx="94" cy="43" r="12" fill="{FULL}"/>'
        ),
        "Trained length": _ruler,
        "Value": _values,
        "Weak evidence": lambda ink: (
            draw.bars((0.3, 0.26, 0.22, 0.2), 20, 80, (NEUTRAL,) * 4) + draw.line(12, 26, 108, 26, RANDOM, 1.5, "4 3")
        ),
        "Word piece": lambda ink: draw.boxes(("read", "##ing"), ink, (1,)),
    }
)
