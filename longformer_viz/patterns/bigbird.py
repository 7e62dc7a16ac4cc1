"""BigBird's pattern: window blocks, global blocks and random blocks (Zaheer et al. 2020).

This is the internal transformer construction (ITC): the first and last blocks of the document are global.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from longformer_viz.checks import check_choice, check_whole
from longformer_viz.patterns.bigbird_draw import transformers_blocks
from longformer_viz.patterns.pattern import (
    Tiles,
    check_model,
    check_same_length,
    chosen_heads,
    or_of_all,
    or_over,
)
from longformer_viz.spec import InputError

Draw = Literal["paper", "hugging face"]


@dataclass(frozen=True, slots=True)
class BigBirdPattern:
    """The pairs that BigBird scores in a document of one length.

    Two ways to draw random blocks are available. "paper" draws uniformly from all blocks that are neither in the
    window nor global. "hugging face" draws the blocks of transformers' `BigBirdModel` in training mode. That code
    draws from the first `2 * random_blocks + 5` blocks only, or from the first 1,024 tokens if the document has
    1,024, 3,072 or 4,096. It uses full attention up to `2 * random_blocks + 5` blocks. In evaluation mode
    transformers draws nothing: all random blocks are the global block 0.

    Source: Zaheer et al. 2020, section 2 and appendix D; settings from Table 8, "BigBird-ITC".

    Attributes:
        length: Number of tokens in the document.
        depth: Number of layers.
        heads: Number of heads in each layer.
        block_size: Tokens in a block. The last block is shorter if the size does not divide the length.
        window_blocks: Odd number of blocks in the window: the block itself and its neighbours.
        global_blocks: Number of global blocks. Half of them are the first blocks (rounded up), half the last.
        random_blocks: Random blocks for each query block and head. A short document may have fewer.
        seed: Seed of the draw. "hugging face" adds it to the number of the layer; transformers uses 0.
        draw: How random blocks are drawn: "paper" or "hugging face".
        blocks: Int64 `[layers, heads, blocks, random_blocks]`, the drawn blocks; -1 for none.

    Raises:
        InputError: A number is out of range, the draw is unknown, or transformers' draw has other settings.
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
        check_whole(self.length, "Length", 1, 2**24, 4096)
        check_whole(self.block_size, "Block size", 1, 65_536, 64)
        check_whole(self.window_blocks, "Window blocks", 1, 65_535, 3)
        if self.window_blocks % 2 == 0:
            raise InputError(
                "Window blocks must be an odd number: the block itself and equally many on each side. "
                f"You entered {self.window_blocks}. Try {self.window_blocks + 1}."
            )
        check_whole(self.global_blocks, "Global blocks", 0, 65_536, 2)
        check_whole(self.random_blocks, "Random blocks", 0, 1_024, 3)
        check_whole(self.seed, "Seed", 0, 2**31 - 1, 0)
        check_choice(self.draw, ("paper", "hugging face"), "Draw")
        if self.draw == "hugging face" and (self.window_blocks, self.global_blocks) != (3, 2):
            raise InputError(
                "draw='hugging face' must have 3 window blocks and 2 global blocks. "
                f"You entered {self.window_blocks} and {self.global_blocks}. Try 3 and 2, or draw='paper'."
            )
        object.__setattr__(self, "blocks", self._drawn())

    @property
    def count(self) -> int:
        """Number of blocks in the document."""
        return -(-self.length // self.block_size)

    @property
    def is_full(self) -> bool:
        """Whether transformers uses full attention because the document is short."""
        return self.draw == "hugging face" and self.length <= (2 * self.random_blocks + 5) * self.block_size

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `Pattern.allows`."""
        query_block, key_block = query // self.block_size, key // self.block_size
        is_global = self._global()
        near = (query_block - key_block).abs() <= self.window_blocks // 2
        drawn = (self.blocks[layer, head][query_block] == key_block[..., None]).any(-1)
        return near | is_global[query_block] | is_global[key_block] | drawn

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs scored over all layers and heads; each pair counts once.

        Args:
            length: Number of tokens in the document.

        Raises:
            InputError: The pattern was made for another length.
        """
        check_same_length(length, self.length, self.name)
        sizes, is_global = self._sizes(), self._global()
        global_tokens = int(sizes[is_global].sum())
        middle = (~is_global).nonzero().flatten()
        window, inside = self._window(middle)
        near = global_tokens + (sizes[window] * inside).sum(1)  # keys [middle]
        per_head = length * global_tokens + int((near * sizes[middle]).sum())
        drawn = self.blocks[:, :, middle].clamp(min=0)  # [layers, heads, middle, random]
        random = (sizes[drawn] * self._is_new(middle)).sum(-1) * sizes[middle]
        return self.depth * self.heads * per_head + int(random.sum())

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield global rows and columns, then the window, then the random blocks of each head.

        The parameters are those of `Pattern.tiles`.
        """
        check_same_length(length, self.length, self.name)
        selected, is_global = chosen_heads(heads, self.heads), self._global()
        tokens = self._tokens()  # [blocks, block]
        global_tokens = tokens[is_global].flatten()
        global_tokens = global_tokens[global_tokens < length][None]
        if global_tokens.numel():
            kind = "full" if is_global.all() else "global"
            yield Tiles(kind, selected, global_tokens, torch.arange(length)[None])
        middle = (~is_global).nonzero().flatten()
        if not len(middle):
            return
        queries = tokens[middle]
        if global_tokens.numel():
            rows = queries.flatten()
            yield Tiles("global", selected, rows[rows < length][None], global_tokens)
        window, inside = self._window(middle)
        yield self._block_tiles("local", selected, queries, window, inside)
        is_new = self._is_new(middle)[layer]
        for head in selected:
            if is_new[head].any():
                drawn = self.blocks[layer, head, middle].clamp(min=0)
                yield self._block_tiles("random", (head,), queries, drawn, is_new[head])

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
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

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`."""
        block = torch.arange(self.length) // self.block_size
        has_query = torch.zeros(self.count, dtype=torch.bool)
        has_query[block[queries]] = True
        is_global = self._global()
        if not has_query.any():
            return queries.clone()
        if has_query[is_global].any():
            return torch.ones_like(queries)
        middle = has_query.nonzero().flatten()
        window, inside = self._window(middle)
        drawn = self.blocks[layer][:, middle]
        result = is_global.clone()
        result[window[inside]] = True
        result[drawn[drawn >= 0]] = True
        return result[block]

    def _global(self) -> Tensor:
        """Return which blocks are global, bool `[blocks]`."""
        number, count = torch.arange(self.count), self.global_blocks
        if self.is_full:
            return torch.ones_like(number, dtype=torch.bool)
        return (number < count - count // 2) | (number >= self.count - count // 2)

    def _sizes(self) -> Tensor:
        """Return the number of tokens in each block, `[blocks]`."""
        sizes = torch.full((self.count,), self.block_size)
        sizes[-1] = self.length - (self.count - 1) * self.block_size
        return sizes

    def _tokens(self) -> Tensor:
        """Return the positions in each block, `[blocks, block]`; the document's length where there is no token."""
        return torch.arange(self.count * self.block_size).clamp(max=self.length).view(self.count, -1)

    def _window(self, blocks: Tensor) -> tuple[Tensor, Tensor]:
        """Return the window blocks of some blocks `[b, window]`, and which of them exist and are not global."""
        half = min(self.window_blocks // 2, self.count - 1)
        window = blocks[:, None] + torch.arange(-half, half + 1)
        inside = (window >= 0) & (window < self.count)
        window = window.clamp(0, self.count - 1)
        return window, inside & ~self._global()[window]

    def _is_new(self, blocks: Tensor) -> Tensor:
        """Return which random blocks of some blocks add pairs, bool `[layers, heads, b, random_blocks]`.

        A random block adds none if it is in the window, is global, or was drawn before.
        """
        drawn = self.blocks[:, :, blocks]
        is_new = (drawn >= 0) & ~self._global()[drawn.clamp(min=0)]
        is_new &= (drawn - blocks[:, None]).abs() > self.window_blocks // 2
        for draw in range(1, drawn.shape[-1]):
            is_new[..., draw] &= (drawn[..., :draw] != drawn[..., draw, None]).all(-1)
        return is_new

    def _block_tiles(
        self, kind: str, heads: tuple[int, ...], queries: Tensor, blocks: Tensor, allowed: Tensor
    ) -> Tiles:
        """Return tiles of queries `[tiles, q]` and the tokens of blocks `[tiles, b]`; allowed: bool `[tiles, b]`."""
        keys = self._tokens()[blocks]  # [tiles, b, block]
        kept = allowed[..., None] & (keys < self.length)
        return Tiles(kind, heads, queries, keys.flatten(1), kept.flatten(1)[:, None])

    def _drawn(self) -> Tensor:
        if self.draw == "hugging face" and not self.is_full:
            sizes = (self.heads, self.count, self.block_size, self.random_blocks)
            layers = [transformers_blocks((self.seed + layer) % 2**32, *sizes) for layer in range(self.depth)]
            return torch.from_numpy(np.stack(layers)).long()
        return self._paper_blocks()

    def _paper_blocks(self) -> Tensor:
        """Draw distinct blocks outside window and global blocks, by Floyd's sampling without replacement."""
        shape = (self.depth, self.heads, self.count)
        generator = torch.Generator().manual_seed(self.seed)
        chance = torch.rand(*shape, self.random_blocks, generator=generator, dtype=torch.float64)
        is_global, number = self._global(), torch.arange(self.count)
        first = self.global_blocks - self.global_blocks // 2
        last = self.count - self.global_blocks // 2
        half = self.window_blocks // 2
        left = (number - half - first).clamp(min=0)  # Candidates before the window.
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
