"""BigBird's pattern: blocks that see their neighbours, global blocks and random blocks (Zaheer et al. 2020).

This is the internal construction (ITC): the document's own first and last blocks are the global ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from longformer_viz.patterns.pattern import (
    Tiles,
    check_model,
    check_number,
    check_same_length,
    chosen_heads,
    or_of_all,
    or_over,
)
from longformer_viz.spec import InputError, shown

Draw = Literal["paper", "hugging face"]
_OLD_LENGTHS, _OLD_REACH = (1024, 3072, 4096), 1024  # lengths for which transformers keeps the authors' first code


@dataclass(frozen=True, slots=True)
class BigBirdPattern:
    """The pairs that a BigBird of this length, depth and number of heads scores.

    block_size: tokens a block, the last one cut where it does not divide the length; window_blocks: an odd number,
    the block itself and its neighbours; global_blocks: half of them first (one more where odd), half last;
    random_blocks: a query block and head; seed: of their draw. Where a document has fewer blocks than are asked for,
    it has what there is.

    draw: "paper", each block among all that are neither in the window nor global, all sets alike likely; or "hugging
    face", the blocks of transformers' `BigBirdModel` in training mode with seed 0 (another seed is added to the
    number of the layer, its own): only among the first 2 * random_blocks + 5 blocks, at 1,024, 3,072 and 4,096
    tokens among the first 1,024 tokens, and full attention up to 2 * random_blocks + 5 blocks of tokens. In
    evaluation mode transformers draws nothing: all its random blocks are the global block 0.

    blocks: the drawn ones [layers, heads, blocks, random_blocks], -1 where there is none.
    Raises InputError. Source: Zaheer et al. 2020, section 2 and appendix D; settings Table 8, "BigBird-ITC".
    """

    length: int
    depth: int
    heads: int
    block_size: int = 64
    window_blocks: int = 3
    global_blocks: int = 2
    random_blocks: int = 3
    seed: int = 0
    draw: Draw = "paper"
    blocks: Tensor = field(init=False, repr=False, compare=False)

    name = "BigBird"
    reference = "Zaheer et al. 2020, arXiv:2007.14062, section 2 and Table 8 (ITC)"

    def __post_init__(self) -> None:
        check_model(self.depth, self.heads)
        check_number(self.length, "Length", 1, 2**24, 4096)
        check_number(self.block_size, "Block size", 1, 65_536, 64)
        check_number(self.window_blocks, "Window blocks", 1, 65_535, 3)
        if self.window_blocks % 2 == 0:
            raise InputError(
                f"Window blocks must be an odd number, the block itself and as many on each side; "
                f"got {self.window_blocks}. Try {self.window_blocks + 1}."
            )
        check_number(self.global_blocks, "Global blocks", 0, 65_536, 2)
        check_number(self.random_blocks, "Random blocks", 0, 1_024, 3)
        check_number(self.seed, "Seed", 0, 2**31 - 1, 0)
        if self.draw not in ("paper", "hugging face"):
            raise InputError(f"Draw must be 'paper' or 'hugging face'; got {shown(self.draw)}. Try 'paper'.")
        if self.draw == "hugging face" and (self.window_blocks, self.global_blocks) != (3, 2):
            raise InputError(
                "Transformers' BigBird has 3 window blocks and 2 global blocks; "
                f"got {self.window_blocks} and {self.global_blocks}. Take these, or draw='paper'."
            )
        object.__setattr__(self, "blocks", self._drawn())

    @property
    def count(self) -> int:
        """Blocks in the document."""
        return -(-self.length // self.block_size)

    @property
    def is_full(self) -> bool:
        """Whether the document is so short that transformers takes full attention for it."""
        return self.draw == "hugging face" and self.length <= (2 * self.random_blocks + 5) * self.block_size

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Whether `query` may attend to `key` (positions, broadcast) in this layer and head."""
        query_block, key_block = query // self.block_size, key // self.block_size
        is_global = self._global()
        near = (query_block - key_block).abs() <= self.window_blocks // 2
        drawn = (self.blocks[layer, head][query_block] == key_block[..., None]).any(-1)
        return near | is_global[query_block] | is_global[key_block] | drawn

    def count_pairs(self, length: int) -> int:
        """Pairs scored in the document, over all layers and heads, each pair once.

        Raises InputError for another length than the pattern's own.
        """
        check_same_length(length, self.length, self.name)
        sizes, is_global = self._sizes(), self._global()
        everywhere = int(sizes[is_global].sum())
        middle = (~is_global).nonzero().flatten()
        window, inside = self._window(middle)
        near = everywhere + (sizes[window] * inside).sum(1)  # keys [middle]
        per_head = length * everywhere + int((near * sizes[middle]).sum())
        drawn = self.blocks[:, :, middle].clamp(min=0)  # [layers, heads, middle, random]
        random = (sizes[drawn] * self._is_new(middle)).sum(-1) * sizes[middle]
        return self.depth * self.heads * per_head + int(random.sum())

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Global rows and columns, the window, and for each head its random blocks."""
        check_same_length(length, self.length, self.name)
        wanted, is_global = chosen_heads(heads, self.heads), self._global()
        tokens = self._tokens()  # [blocks, block]
        everywhere = tokens[is_global].flatten()
        everywhere = everywhere[everywhere < length][None]
        if everywhere.numel():
            kind = "full" if is_global.all() else "global"
            yield Tiles(kind, wanted, everywhere, torch.arange(length)[None])
        middle = (~is_global).nonzero().flatten()
        if not len(middle):
            return
        queries = tokens[middle]
        if everywhere.numel():
            rows = queries.flatten()
            yield Tiles("global", wanted, rows[rows < length][None], everywhere)
        window, inside = self._window(middle)
        yield self._block_tiles("local", wanted, queries, window, inside)
        is_new = self._is_new(middle)[layer]
        for head in wanted:
            if is_new[head].any():
                drawn = self.blocks[layer, head, middle].clamp(min=0)
                yield self._block_tiles("random", (head,), queries, drawn, is_new[head])

    def spread(self, layer: int, marked: Tensor) -> Tensor:
        """What each token holds after the layer; marked: bool or integer bits [n, k]."""
        block = torch.arange(self.length) // self.block_size
        start = torch.arange(self.count) * self.block_size
        whole = or_over(marked, start, (start + self.block_size).clamp(max=self.length))  # [blocks, k]
        is_global, number = self._global(), torch.arange(self.count)
        half = self.window_blocks // 2
        result = or_over(whole, (number - half).clamp(min=0), (number + half + 1).clamp(max=self.count))
        for chosen in {tuple(row) for row in self.blocks[layer].transpose(1, 2).flatten(0, 1).tolist()}:
            drawn = torch.tensor(chosen)
            rows = (drawn >= 0).nonzero().flatten()
            result[rows] |= whole[drawn[rows]]
        if is_global.any():
            result |= or_of_all(whole[is_global])
            result[is_global] = or_of_all(whole)
        return result[block]

    def seen(self, layer: int, queries: Tensor) -> Tensor:
        """The tokens that some tokens see; bool [n]."""
        block = torch.arange(self.length) // self.block_size
        asking = torch.zeros(self.count, dtype=torch.bool)
        asking[block[queries]] = True
        is_global = self._global()
        if not asking.any():
            return queries.clone()
        if asking[is_global].any():
            return torch.ones_like(queries)
        middle = asking.nonzero().flatten()
        window, inside = self._window(middle)
        drawn = self.blocks[layer][:, middle]
        result = is_global.clone()
        result[window[inside]] = True
        result[drawn[drawn >= 0]] = True
        return result[block]

    def _global(self) -> Tensor:
        """Which blocks are global, [blocks]."""
        number, count = torch.arange(self.count), self.global_blocks
        if self.is_full:
            return torch.ones_like(number, dtype=torch.bool)
        return (number < count - count // 2) | (number >= self.count - count // 2)

    def _sizes(self) -> Tensor:
        """Tokens in each block, [blocks]."""
        sizes = torch.full((self.count,), self.block_size)
        sizes[-1] = self.length - (self.count - 1) * self.block_size
        return sizes

    def _tokens(self) -> Tensor:
        """The positions in each block [blocks, block], the document's length where the last one is cut."""
        return torch.arange(self.count * self.block_size).clamp(max=self.length).view(self.count, -1)

    def _window(self, blocks: Tensor) -> tuple[Tensor, Tensor]:
        """The blocks around some blocks [blocks, window], and which of them are there and not global."""
        half = min(self.window_blocks // 2, self.count - 1)
        window = blocks[:, None] + torch.arange(-half, half + 1)
        inside = (window >= 0) & (window < self.count)
        window = window.clamp(0, self.count - 1)
        return window, inside & ~self._global()[window]

    def _is_new(self, blocks: Tensor) -> Tensor:
        """Which random blocks of some blocks no window, global block or earlier one holds: [layers, heads, b, r]."""
        drawn = self.blocks[:, :, blocks]
        is_new = (drawn >= 0) & ~self._global()[drawn.clamp(min=0)]
        is_new &= (drawn - blocks[:, None]).abs() > self.window_blocks // 2
        for place in range(1, drawn.shape[-1]):
            is_new[..., place] &= (drawn[..., :place] != drawn[..., place, None]).all(-1)
        return is_new

    def _block_tiles(
        self, kind: str, heads: tuple[int, ...], queries: Tensor, blocks: Tensor, allowed: Tensor
    ) -> Tiles:
        """Queries [tiles, q] and the tokens of their blocks [tiles, b] of which `allowed` holds."""
        keys = self._tokens()[blocks]  # [tiles, b, block]
        kept = allowed[..., None] & (keys < self.length)
        return Tiles(kind, heads, queries, keys.flatten(1), kept.flatten(1)[:, None])

    def _drawn(self) -> Tensor:
        if self.draw == "hugging face" and not self.is_full:
            layers = [self._hugging_face_layer(layer) for layer in range(self.depth)]
            return torch.from_numpy(np.stack(layers)).long()
        return self._paper_blocks()

    def _paper_blocks(self) -> Tensor:
        """Distinct blocks outside window and globals, by Floyd's sampling without replacement, all rows at once."""
        shape = (self.depth, self.heads, self.count)
        generator = torch.Generator().manual_seed(self.seed)
        chance = torch.rand(*shape, self.random_blocks, generator=generator, dtype=torch.float64)
        is_global, number = self._global(), torch.arange(self.count)
        first = self.global_blocks - self.global_blocks // 2
        last = self.count - self.global_blocks // 2
        half = self.window_blocks // 2
        left = (number - half - first).clamp(min=0)  # candidates before the window
        right_start = (number + half + 1).clamp(min=first)
        available = left + (last - right_start).clamp(min=0)
        ranks = torch.full((*shape, self.random_blocks), -1)
        taken = torch.minimum(available, torch.tensor(self.random_blocks))
        for step in range(self.random_blocks):
            largest = available - taken + step
            rank = (chance[..., step] * (largest + 1)).long()
            repeated = (ranks[..., :step] == rank[..., None]).any(-1)
            rank = torch.where(repeated, largest, rank)
            ranks[..., step] = torch.where((step < taken) & ~is_global, rank, -1)
        block = torch.where(ranks < left[:, None], ranks + first, ranks - left[:, None] + right_start[:, None])
        return torch.where(ranks < 0, -1, block)

    def _hugging_face_layer(self, layer: int) -> np.ndarray:
        """The blocks that transformers draws for one layer, [heads, blocks, random_blocks]."""
        source = np.random.RandomState((self.seed + layer) % 2**32)
        drawn = np.full((self.heads, self.count, self.random_blocks), -1)
        padded = self.count * self.block_size
        if padded in _OLD_LENGTHS:
            for head in range(self.heads):
                # It draws for 4,096 tokens, whatever the length, and keeps the first rows.
                for row in range(1, 4096 // self.block_size - 1):
                    chosen = source.permutation(self._old_candidates(row))[: self.random_blocks]
                    if row < self.count - 1:
                        drawn[head, row, : len(chosen)] = chosen
            return drawn
        reach = 2 * self.random_blocks + 5
        for row in range(1, self.count):
            forbidden = {0, row - 1, row, row + 1, reach - 1}
            forbidden |= {reach - 2} if row == 1 else {1} if row == reach - 2 else set()
            for head in range(self.heads):
                order = source.permutation(reach)
                chosen = [block for block in order.tolist() if block not in forbidden][: self.random_blocks]
                if row < self.count - 1:
                    drawn[head, row, : len(chosen)] = chosen
        return drawn

    def _old_candidates(self, row: int) -> np.ndarray:
        """The blocks among which the authors' first code draws for a row: all within 1,024 tokens, or nearly."""
        rows = 4096 // self.block_size
        last = _OLD_REACH // self.block_size - 1 if 2 * self.block_size < _OLD_REACH else rows - 1
        inner = np.arange(1, rows - 1)
        if row in (1, 2):
            return inner[row + 1 : last]
        if row in (rows - 3, rows - 2):
            return inner[:last]
        if row - 2 > last:
            return inner[:last]
        if row + 1 == last:
            return inner[: row - 2]
        return np.concatenate([inner[: row - 2], inner[row + 1 : last]])
