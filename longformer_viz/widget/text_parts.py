"""Blocks and sentences of a document as the browser is given them: in characters, and in tokens."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from longformer_viz.documents.sentences import sentences
from longformer_viz.documents.structure.blocks import blocks
from longformer_viz.trace.tokens import Tokens

BLOCK_FIELDS = ("start", "stop", "from", "to", "kind", "level")
"""Columns of a block: its characters, its tokens, its `BlockKind` and its level."""


UNITS = ("token", "sentence", "paragraph")
"""What a click in the text or on the map selects."""


@lru_cache(maxsize=4)
def block_table(tokens: Tokens) -> np.ndarray:
    """Return the blocks of what the model read of a document.

    Args:
        tokens: The document.

    Returns:
        int32 `[blocks, 6]`, columns as in `BLOCK_FIELDS`; characters as Python counts them, tokens as positions.
    """
    found = blocks(_read_text(tokens))
    spans = token_spans(tokens, [(block.start, block.stop) for block in found])
    rows = [
        (block.start, block.stop, *span, block.kind, block.level) for block, span in zip(found, spans, strict=True)
    ]
    return np.array(rows, np.int32).reshape(-1, len(BLOCK_FIELDS))


@lru_cache(maxsize=4)
def sentence_table(tokens: Tokens) -> np.ndarray:
    """Return the sentences of what the model read of a document.

    Args:
        tokens: The document.

    Returns:
        int32 `[sentences, 2]`, the tokens [from, to) of each; sentences without a token are left out.
    """
    found = [(sentence.start, sentence.stop) for sentence in sentences(_read_text(tokens))]
    spans = token_spans(tokens, found)
    return np.ascontiguousarray(spans[spans[:, 0] < spans[:, 1]])


def unit_span(tokens: Tokens, position: int, unit: str) -> tuple[int, int]:
    """Return the tokens [from, to) of the part of the text that a token belongs to.

    Args:
        tokens: The document.
        position: The token's position.
        unit: One of `UNITS`.

    Returns:
        The sentence or paragraph; the token alone for "token", and where it belongs to neither, as special tokens do.
    """
    if unit != "token":
        spans = sentence_table(tokens) if unit == "sentence" else block_table(tokens)[:, 2:4]
        found = np.flatnonzero((spans[:, 0] <= position) & (position < spans[:, 1]))
        if len(found):
            return int(spans[found[0], 0]), int(spans[found[0], 1])
    return position, position + 1


def token_spans(tokens: Tokens, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """Return the tokens of spans of characters.

    A token belongs to the span of its first visible character. Special tokens and white space belong to none.

    Args:
        tokens: The document.
        spans: Characters [start, stop), in order and apart.

    Returns:
        int32 `[spans, 2]`, the tokens [from, to) of each; [0, 0) for a span without a token.
    """
    found = np.zeros((len(spans), 2), np.int32)
    edges = np.array(spans, np.int64).reshape(-1, 2)
    visible = np.array([_first_visible(tokens.text, *offset) for offset in tokens.offsets])
    which = np.searchsorted(edges[:, 0], visible, side="right") - 1
    for position in np.flatnonzero((visible >= 0) & (which >= 0)):
        number = which[position]
        if visible[position] >= edges[number, 1]:
            continue
        if found[number, 1] == 0:
            found[number, 0] = position
        found[number, 1] = position + 1
    return found


def _read_text(tokens: Tokens) -> str:
    """What the model read: the document may go on."""
    return tokens.text[: max(stop for _, stop in tokens.offsets)]


def _first_visible(text: str, start: int, stop: int) -> int:
    piece = text[start:stop]
    return start + len(piece) - len(piece.lstrip()) if piece.strip() else -1
