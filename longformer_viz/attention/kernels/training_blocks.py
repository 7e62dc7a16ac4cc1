"""The blocks of documents, rows and keys that `fused_training.py` computes, with their masks."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.block_layout import band_mask, query_blocks, visible_keys
from longformer_viz.attention.dilated_slices import DilatedSlice
from longformer_viz.attention.kernels.fused import additive_mask

QUERY_BLOCK = 128
GROUP_SCORES = 2**20  # Of all heads. Documents are grouped up to this size, which fits the CPU's cache in bfloat16.


@dataclass(frozen=True, slots=True)
class VisiblePairs:
    """The pairs that may attend in a batch of documents.

    Attributes:
        half: Number of keys on each side of a query.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        local: Bool `[batch, n]`, the keys that a window may include; None for all.
        everywhere: Bool `[batch, n]`, the keys that all rows attend to; None for none.
        present: Bool `[batch, g]`, the columns that all rows attend to; None for none.
    """

    half: int
    keep: Tensor | None = None
    local: Tensor | None = None
    everywhere: Tensor | None = None
    present: Tensor | None = None

    def of_slice(self, part: DilatedSlice) -> "VisiblePairs":
        """Return the same for the documents of the dilated slice `part`."""
        keep, local, everywhere = (
            None if mask is None else part.positions(mask) for mask in (self.keep, self.local, self.everywhere)
        )
        present = None if self.present is None else part.repeated(self.present)
        return VisiblePairs(self.half, keep, local, everywhere, present)

    def empty_rows(self) -> Tensor | None:
        """Return the rows that are padding or attend to no key, bool `[batch, n]`; None if there are none."""
        empty = None
        if self.local is not None:
            empty = visible_keys(self.local, self.half) == 0
            for seen_by_all in (self.everywhere, self.present):
                if seen_by_all is not None:
                    empty &= ~seen_by_all.any(-1, keepdim=True)
        if self.keep is None:
            return empty
        return ~self.keep if empty is None else empty.logical_or_(~self.keep)


@dataclass(frozen=True, slots=True)
class TrainingBlock:
    """Some documents, some of their rows, and the keys that any of these rows attends to.

    Attributes:
        documents: Indices of the documents in the batch.
        rows: Positions of the queries.
        keys: Positions of the keys.
    """

    documents: slice
    rows: slice
    keys: slice

    @property
    def at_rows(self) -> tuple[slice, slice, slice]:
        """Index of the block's rows in a `[documents, heads, m, ...]`."""
        return self.documents, slice(None), self.rows

    @property
    def at_keys(self) -> tuple[slice, slice, slice]:
        """Index of the block's keys in a `[documents, heads, m, ...]`."""
        return self.documents, slice(None), self.keys


@dataclass(frozen=True, slots=True)
class UndilatedPart:
    """Inputs of attention without dilation.

    Attributes:
        query: `[documents, heads, m, d]`.
        key: `[documents, heads, m, d]`.
        value: `[documents, heads, m, d]`.
        columns: Key and value of the global tokens, `[documents, heads, g, d]`, or nothing.
        visible: Which pairs may attend.
        empty: Bool `[documents, m]`, rows that are padding or attend to no key; None if there are none.
    """

    query: Tensor
    key: Tensor
    value: Tensor
    columns: tuple[Tensor, ...]
    visible: VisiblePairs
    empty: Tensor | None

    @classmethod
    def of(
        cls,
        part: DilatedSlice,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        visible: VisiblePairs,
    ) -> "UndilatedPart":
        """Return the inputs of one dilated slice.

        Args:
            part: The slice.
            query: `[batch, heads, n, d]`.
            key: `[batch, heads, n, d]`.
            value: `[batch, heads, n, d]`.
            global_key: `[batch, heads, g, d]`, or None.
            global_value: `[batch, heads, g, d]`, or None.
            visible: Which pairs may attend in the batch.
        """
        columns = tuple(part.columns(tensor) for tensor in (global_key, global_value) if tensor is not None)
        own = visible.of_slice(part)
        return cls(part.take(query), part.take(key), part.take(value), columns, own, own.empty_rows())

    def blocks(self) -> Iterator[TrainingBlock]:
        """Yield the blocks that cover all rows which are not padding."""
        for documents, length in self._groups():
            if self.visible.everywhere is not None:
                yield TrainingBlock(documents, slice(0, length), slice(0, length))
                continue
            for block in query_blocks(length, self.visible.half, QUERY_BLOCK):
                yield TrainingBlock(documents, block.rows, block.keys)

    def _groups(self) -> Iterator[tuple[slice, int]]:
        """Yield neighbouring documents whose scores fit one block, and the length of the longest without padding."""
        count, heads, length, _ = self.query.shape
        lengths = [length] * count
        if self.visible.keep is not None:
            lengths = (self.visible.keep * torch.arange(1, length + 1)).amax(-1).tolist()
        rows, keys = QUERY_BLOCK, QUERY_BLOCK + 2 * self.visible.half
        if self.visible.everywhere is not None:
            rows = keys = length
        start = longest = 0
        for number, own in enumerate(lengths):
            grown = max(longest, own)
            if (number + 1 - start) * heads * min(grown, rows) * min(grown, keys) > GROUP_SCORES:
                if longest:
                    yield slice(start, number), longest
                start, grown = number, own
            longest = grown
        if longest:
            yield slice(start, count), longest

    def inputs(self, block: TrainingBlock) -> list[Tensor]:
        """Return query, key and value of a `block`, with the columns after its keys."""
        pair = [tensor[block.at_keys] for tensor in (self.key, self.value)]
        if self.columns:
            pair = [
                torch.cat([tensor, column[block.documents]], 2)
                for tensor, column in zip(pair, self.columns, strict=True)
            ]
        return [self.query[block.at_rows], *pair]

    def mask(self, block: TrainingBlock, dtype: torch.dtype) -> Tensor | None:
        """Compute the additive mask of a block.

        Args:
            block: The block.
            dtype: Type of the mask.

        Returns:
            The mask `[documents or 1, 1, rows or 1, keys + columns]`, or None if all pairs may attend.
        """
        documents, rows, keys = block.documents, block.rows, block.keys
        visible, allowed = self.visible, None
        if max(rows.stop - keys.start, keys.stop - rows.start) > visible.half + 1:
            allowed = band_mask(rows, keys, visible.half)[None]
        if visible.local is not None and not visible.local[documents, keys].all():
            local = visible.local[documents, None, keys]
            allowed = local if allowed is None else allowed & local
        if allowed is not None and visible.everywhere is not None:
            allowed = allowed | visible.everywhere[documents, None, keys]
        if visible.present is not None:
            present = visible.present[documents, None]
            if allowed is None and not present.all():
                allowed = present.new_ones(1, 1, keys.stop - keys.start)
            if allowed is not None:
                both = [part.expand(len(present), allowed.shape[1], -1) for part in (allowed, present)]
                allowed = torch.cat(both, -1)
        return None if allowed is None else additive_mask(allowed[:, None], dtype)
