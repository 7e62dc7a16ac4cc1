"""A pattern as a small picture: the kind of every pair, or of the pairs in each cell with the share allowed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.checks import check_whole
from longformer_viz.patterns.pattern import KINDS, Pattern

Kinds = list[list[str]]  # [query][key]: a kind of pair, or "" for a forbidden one.
NOTHING = 255
_PAIRS = 2**22  # Counted at a time.


@dataclass(frozen=True, slots=True)
class PatternPicture:
    """The n × n pairs of one head, in `[size, size]` cells.

    Attributes:
        share: Float32, the share of each cell's pairs that is allowed, 0 to 1.
        kind: Uint8, the index in `KINDS` of the most frequent kind; `NOTHING` if no pair is allowed.
        pairs: Number of allowed pairs.
    """

    share: Tensor
    kind: Tensor
    pairs: int


def pattern_picture(pattern: Pattern, layer: int, head: int, length: int, size: int = 256) -> PatternPicture:
    """Count a pattern's pairs cell by cell, without n × n numbers in memory.

    Args:
        pattern: Any pattern.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        length: Number of tokens in the document.
        size: Most cells on each side.

    Returns:
        The picture.

    Raises:
        InputError: If the layer or head does not exist, or the pattern is for another length.
    """
    check_whole(layer, "Layer", 0, pattern.depth - 1, 0)
    check_whole(head, "Head", 0, pattern.heads - 1, 0)
    side = min(size, length)
    bins = torch.arange(length + 1) * side // length
    sizes = torch.bincount(bins[:length])
    counts = torch.zeros(len(KINDS), side * side)
    for tiles in pattern.tiles(layer, length, (head,)):
        count = counts[KINDS.index(tiles.kind)]
        queries, keys = bins[tiles.queries], bins[tiles.keys]
        if tiles.allowed is None and len(queries) == 1:
            rows, columns = (torch.bincount(index[0], minlength=side) for index in (queries, keys))
            count += torch.outer(rows, columns).flatten()
            continue
        together = max(1, _PAIRS // (queries.shape[1] * keys.shape[1]))
        for start in range(0, len(queries), together):
            some = slice(start, start + together)
            there = (tiles.queries[some] < length)[..., None]
            if tiles.allowed is not None:
                there = there & (tiles.allowed if len(tiles.allowed) == 1 else tiles.allowed[some])
            cell = queries[some, :, None] * side + keys[some, None]  # [tiles, q, k]
            count += torch.bincount(cell[there.expand(cell.shape)], minlength=side * side)
    total = counts.sum(0)
    kind = counts.argmax(0).masked_fill(total == 0, NOTHING).to(torch.uint8)
    share = total / torch.outer(sizes, sizes).flatten()
    return PatternPicture(share.view(side, side), kind.view(side, side), int(total.sum(dtype=torch.float64)))


def pair_kinds(pattern: Pattern, length: int) -> Kinds:
    """Return the kind of every pair in the first layer and head, for a short document.

    Args:
        pattern: Any pattern.
        length: Tokens in the document.
    """
    kinds = [[""] * (length + 1) for _ in range(length + 1)]  # The last row and column take missing tokens.
    for tiles in pattern.tiles(0, length, (0,)):
        shape = (*tiles.queries.shape, tiles.keys.shape[1])  # [tiles, q, k]
        allowed = torch.ones(shape, dtype=torch.bool) if tiles.allowed is None else tiles.allowed.expand(shape)
        for tile, row, column in allowed.nonzero().tolist():
            kinds[int(tiles.queries[tile, row])][int(tiles.keys[tile, column])] = tiles.kind
    return [row[:length] for row in kinds[:length]]
