"""A document of 12 tokens with vectors of four whole numbers, so that every number can be followed by hand.

Each number of a vector stands for a feature. A query asks for a feature, a key offers one. The root of the vectors'
size is 2, which divides every score.
"""

import math

import torch
from torch import Tensor

from longformer_viz.attention.reference import ReferenceAttention, reference_attention
from longformer_viz.lesson.pictures import Matrix
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.picture import pair_kinds
from longformer_viz.spec import LayerSpec

FEATURES = ("thing", "event", "time", "other")
# Token, query, key. A value equals its key: a token passes on what it offers.
_TABLE = (
    ("[CLS]", (0, 0, 0, 2), (1, 0, 0, 0)),
    ("the", (2, 0, 0, 0), (0, 0, 0, 1)),
    ("mill", (0, 2, 0, 0), (2, 0, 0, 0)),
    ("burned", (2, 0, 2, 0), (0, 2, 0, 0)),
    ("in", (0, 0, 4, 0), (0, 0, 0, 1)),
    ("1902", (0, 4, 0, 0), (0, 0, 2, 0)),
    (".", (0, 0, 0, 2), (0, 0, 0, 1)),
    ("in", (0, 0, 4, 0), (0, 0, 0, 1)),
    ("1910", (0, 4, 0, 0), (0, 0, 2, 0)),
    ("it", (4, 0, 0, 0), (1, 0, 0, 0)),
    ("was", (0, 2, 0, 0), (0, 0, 0, 1)),
    ("rebuilt", (4, 0, 2, 0), (0, 2, 0, 0)),
)
TOKENS = tuple(token for token, _, _ in _TABLE)
QUERIES = torch.tensor([query for _, query, _ in _TABLE], dtype=torch.float64)  # [n, feature]
KEYS = torch.tensor([key for _, _, key in _TABLE], dtype=torch.float64)  # [n, feature]
# The queries of the global projections ask for events.
GLOBAL_QUERIES = torch.tensor([(0, 4, 0, 0)] * len(_TABLE), dtype=torch.float64)
MILL, IT = TOKENS.index("mill"), TOKENS.index("it")
ROOT = math.sqrt(len(FEATURES))
FULL_WINDOW = 2 * len(TOKENS)


def scores() -> Tensor:
    """Return the scores of all pairs, `[n, n]`: query times key, divided by the root of the vectors' size."""
    return QUERIES @ KEYS.T / ROOT


def attend(window: int, dilation: int = 1, globals_: tuple[int, ...] = (), own: bool = True) -> ReferenceAttention:
    """Compute the reference attention of the document, in one head.

    Args:
        window: The full window; `FULL_WINDOW` or more for full attention.
        dilation: The step between keys.
        globals_: Positions of the global tokens.
        own: Whether global tokens use projections of their own.
    """
    local = QUERIES[None], KEYS[None], KEYS[None]
    other = (GLOBAL_QUERIES[None], KEYS[None], KEYS[None]) if own else local
    return reference_attention(local, other, LayerSpec(window, (dilation,)), globals_)


def letters(shown: Pattern) -> tuple[str, ...]:
    """Return the letters of a `Matrix` for the first layer and head of a pattern over the document.

    Args:
        shown: The pattern.
    """
    return tuple("".join(kind[:1] or "." for kind in row) for row in pair_kinds(shown, len(TOKENS)))


def matrix(alt: str, shown: Pattern, row: int | None = None, column: int | None = None) -> Matrix:
    """Return the pairs of a pattern over the document.

    Args:
        alt: The text alternative.
        shown: The pattern.
        row: The query that is marked.
        column: The key that is marked.
    """
    return Matrix(alt, TOKENS, letters(shown), row=row, column=column)


def weights_matrix(
    alt: str, shown: LongformerPattern, row: int, column: int | None = None, own: bool = True
) -> Matrix:
    """Return the weights of one row under a pattern, and its other pairs without numbers.

    Args:
        alt: The text alternative.
        shown: The pattern.
        row: The query.
        column: The key that is marked.
        own: Whether global tokens use projections of their own.
    """
    layer = shown.layers[0]
    found = attend(layer.window, layer.dilations[0], shown.global_positions, own)
    # A window as wide as the document is full attention.
    cells = letters(FullPattern(1, 1) if layer.window >= FULL_WINDOW else shown)
    return Matrix(alt, TOKENS, cells, _only_row(found.weights[0], cells, row), row=row, column=column)


def scores_matrix(alt: str, row: int, column: int | None = None) -> Matrix:
    """Return the scores of one row under full attention.

    Args:
        alt: The text alternative.
        row: The query.
        column: The key that is marked.
    """
    cells = ("f" * len(TOKENS),) * len(TOKENS)
    return Matrix(alt, TOKENS, cells, _only_row(scores(), cells, row), percent=False, row=row, column=column)


def _only_row(values: Tensor, cells: tuple[str, ...], row: int) -> tuple[tuple[float | None, ...], ...]:
    empty: tuple[float | None, ...] = (None,) * len(TOKENS)
    kept = tuple(
        None if letter == "." else float(value) for letter, value in zip(cells[row], values[row], strict=True)
    )
    return tuple(kept if number == row else empty for number in range(len(TOKENS)))
