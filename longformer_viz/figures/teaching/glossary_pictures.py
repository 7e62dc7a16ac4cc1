"""One small picture for each term of the glossary, drawn from real patterns where the term is about one."""

from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from types import MappingProxyType

from longformer_viz.figures.palette import DILATED, FULL, GLOBAL, LOCAL, NEUTRAL, RANDOM
from longformer_viz.figures.teaching import drawings
from longformer_viz.figures.teaching import sketches as draw
from longformer_viz.figures.teaching.picture_texts import PICTURE_TEXTS
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.picture import Kinds, pair_kinds
from longformer_viz.patterns.reach import receptive_field

TOKENS = 9
_MIDDLE = TOKENS // 2
_CELL = 72 / TOKENS
Picture = Callable[[str], str]  # From the colour of lines and words to SVG elements.


@cache
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
        f'aria-label="{escape(PICTURE_TEXTS[term])}">{PICTURES[term](ink)}</svg>'
    )


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
_WINDOW = pair_kinds(one_head_pattern(4), TOKENS)
_BIGBIRD = pair_kinds(BigBirdPattern(TOKENS, 1, 1, 1, 3, 2, 1, 3), TOKENS)


def _row(ink: str) -> str:
    return draw.outline(24, 4 + _MIDDLE * _CELL, 72, _CELL, ink)


def _column(ink: str) -> str:
    return draw.outline(24 + _MIDDLE * _CELL, 4, _CELL, 72, ink)


def _field(ink: str) -> str:
    depth, tokens = 3, 11
    fields = receptive_field(one_head_pattern(2, depth=depth), tokens, tokens // 2)
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


def _heads(ink: str) -> str:
    patterns = (one_head_pattern(2), one_head_pattern(4, 2), one_head_pattern(2, 1, (0,)))
    return "".join(
        draw.grid(pair_kinds(pattern, 7), 4 + 39 * number, 23, 34) for number, pattern in enumerate(patterns)
    )


def _band() -> Kinds:
    """Return the window's pairs with their keys moved to the same columns, as `Trace.band` has them."""
    half = 2
    return [
        [_WINDOW[query][key] if 0 <= key < TOKENS else "" for key in range(query - half, query + half + 1)]
        for query in range(TOKENS)
    ]


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
        "Attend to": lambda ink: draw.boxes(draw.SIX_EMPTY, ink, (1,), 44) + draw.arc(88, 32, 44, ink),
        "Attention map": lambda ink: draw.grid(_FULL, shades=_weights(0.5)),
        "Attention rollout": drawings.rollout,
        "Attention sink": lambda ink: (
            draw.grid(_FULL, shades=_weights(1, True)) + draw.outline(24, 4, _CELL, 72, ink)
        ),
        "Attention weight": lambda ink: draw.bars((0.1, 0.3, 0.9, 0.5, 0.2), 20, 80),
        "Band": lambda ink: draw.grid(_band(), 40, 4, 40, 72),
        "Captured mass": drawings.captured_mass,
        "Causal attention": _of(CausalPattern(FullPattern(1, 1), (True,))),
        "Chunk": _of(ChunkedPattern(1, 1, 3)),
        "Computed": lambda ink: draw.words("f(x) =", 60, 47, ink, 24),
        "Dilation": _of(one_head_pattern(4, 2)),
        "Document": lambda ink: "".join(
            draw.line(30, 16 + 11 * n, 90 - 25 * (n == 4), 16 + 11 * n, NEUTRAL, 4) for n in range(5)
        ),
        "Entropy": lambda ink: (
            draw.bars((0.05, 0.95, 0.05, 0.05), 4, 50) + draw.bars((0.3, 0.32, 0.28, 0.3), 66, 50, (DILATED,) * 4)
        ),
        "Forbidden pair": _forbidden,
        "Full attention": _of(FullPattern(1, 1)),
        "Global token": _of(one_head_pattern(2, 1, (2,))),
        "Hashed attention": drawings.hashed_buckets,
        "Head": _heads,
        "Key": lambda ink: draw.grid(_WINDOW) + _column(ink),
        "Layer": drawings.layers,
        "Log-odds": drawings.log_odds,
        "Log-sum-exp": drawings.log_sum,
        "Measured": drawings.clock,
        "Pair": lambda ink: (
            draw.grid(_one(_WINDOW, _MIDDLE, _MIDDLE + 2))
            + _row(NEUTRAL)
            + draw.outline(24 + (_MIDDLE + 2) * _CELL, 4, _CELL, 72, NEUTRAL)
        ),
        "Pattern": lambda ink: draw.grid(_BIGBIRD),
        "Peak memory": drawings.memory_peak,
        "Predicted": lambda ink: (
            draw.curve("M10 66Q70 62 108 14", LOCAL, 2.5, "6 4")
            + draw.line(10, 68, 110, 68, NEUTRAL)
            + draw.line(10, 10, 10, 68, NEUTRAL)
        ),
        "Query": lambda ink: draw.grid(_WINDOW) + _row(ink),
        "Random attention": lambda ink: draw.grid(
            [[kind if kind == "random" else "" for kind in row] for row in _BIGBIRD]
        ),
        "Receptive field": _field,
        "Run": drawings.model_run,
        "Same weights, other pattern": _other_pattern,
        "Score": lambda ink: draw.words("q · k / √d", 60, 46, ink, 20),
        "Selected token": lambda ink: (
            draw.boxes(draw.SIX_EMPTY, ink, (3,), 30, GLOBAL) + draw.outline(4 + 3 * 112 / 6, 29, 112 / 6, 22, ink)
        ),
        "Sliding window": _of(one_head_pattern(4)),
        "Softmax": drawings.softmax,
        "Special token": lambda ink: draw.boxes(("[CLS]", "a", "text", "[SEP]"), ink, (0, 3)),
        "Token": lambda ink: draw.boxes(("Long", "text", "."), ink, (1,)),
        "Trace": lambda ink: (
            draw.grid(_WINDOW, 14, 16, 54, shades=_weights(0.6)) + f'<circle cx="94" cy="43" r="12" fill="{FULL}"/>'
        ),
        "Trained length": drawings.ruler,
        "Value": drawings.weighted_values,
        "Weak evidence": lambda ink: (
            draw.bars((0.3, 0.26, 0.22, 0.2), 20, 80, (NEUTRAL,) * 4) + draw.line(12, 26, 108, 26, RANDOM, 1.5, "4 3")
        ),
        "Word piece": lambda ink: draw.boxes(("read", "##ing"), ink, (1,)),
    }
)
