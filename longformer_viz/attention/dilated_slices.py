"""Dilated attention as attention without dilation, on slices of a document.

With dilation d a token attends only to tokens whose position has the same remainder modulo d. The tokens of each
remainder are therefore an ordinary document (Beltagy et al. 2020, section 3.1, "Dilated Sliding Window").
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor


def residue_classes(length: int, dilation: int) -> Iterator[Tensor]:
    """Yield the positions of equal remainder modulo the dilation, as at most two tensors `[remainders, m]`.

    Args:
        length: Tokens in the document.
        dilation: Distance between neighbouring keys.
    """
    longer = length % dilation
    steps = length // dilation
    for first, last, size in ((0, longer, steps + 1), (longer, dilation, steps)):
        if last > first and size:
            yield torch.arange(first, last)[:, None] + dilation * torch.arange(size)


@dataclass(frozen=True, slots=True)
class DilatedSlice:
    """Some heads and positions of a batch that are attention without dilation; the whole batch by default.

    The slice's documents are either folded into the batch dimension (`take`) or into the heads (`take_as_heads`).

    Attributes:
        heads: Int64 `[h]`, the heads of one dilation; empty for the whole batch.
        index: Int64 `[remainders, m]`, the positions of each document; empty for the whole batch.
        dilation: Distance between neighbouring keys in these heads.
    """

    heads: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.long))
    index: Tensor = field(default_factory=lambda: torch.empty(0, 0, dtype=torch.long))
    dilation: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether the slice is the whole batch."""
        return not self.index.numel()

    def take(self, tensor: Tensor) -> Tensor:
        """Gather the slice of a `tensor` `[batch, heads, n, ...]`, as `[batch * remainders, heads, m, ...]`.

        The whole batch is returned unchanged.
        """
        return tensor if self.is_whole else tensor[self._cells].flatten(0, 1)

    def put(self, tensor: Tensor, part: Tensor) -> None:
        """Write a slice into a tensor, in place. The whole batch needs no writing.

        Args:
            tensor: `[batch, heads, n, ...]`.
            part: The slice, in the shape that `take` returns.
        """
        if not self.is_whole:
            tensor[self._cells] = part.unflatten(0, (len(tensor), len(self.index)))

    def with_part(self, tensor: Tensor, part: Tensor) -> Tensor:
        """Return a copy of a tensor with a slice replaced. Gradients flow through both.

        Args:
            tensor: `[batch, heads, n, ...]`.
            part: The slice, in the shape that `take` returns.

        Returns:
            A tensor `[batch, heads, n, ...]`.
        """
        if self.is_whole:
            return part
        documents = torch.arange(len(tensor))[:, None, None, None]
        cells = (documents, *(cells[None] for cells in self._cells[1:]))
        return tensor.index_put(cells, part.unflatten(0, (len(tensor), len(self.index))))

    def take_as_heads(self, tensor: Tensor) -> Tensor:
        """Gather the slice of a `tensor` `[batch, heads, n, ...]`, as `[batch, heads * remainders, m, ...]`.

        The whole batch is returned unchanged.
        """
        return tensor if self.is_whole else tensor[self._cells_by_head].flatten(1, 2)

    def put_as_heads(self, tensor: Tensor, part: Tensor) -> None:
        """Write a slice into a tensor, in place. The whole batch needs no writing.

        Args:
            tensor: `[batch, heads, n, ...]`.
            part: The slice, in the shape that `take_as_heads` returns.
        """
        if not self.is_whole:
            tensor[self._cells_by_head] = part.unflatten(1, (len(self.heads), len(self.index)))

    def positions(self, mask: Tensor) -> Tensor:
        """Return the slice of a `mask` `[batch, n]`, as `[batch * remainders, m]`."""
        return mask if self.is_whole else mask[:, self.index].flatten(0, 1)

    def positions_as_heads(self, mask: Tensor) -> Tensor:
        """Return a `mask` `[batch, n]` as `[batch, heads * remainders, m]`; the whole batch as `[batch, 1, n]`."""
        return mask[:, None] if self.is_whole else mask[:, self.index].repeat(1, len(self.heads), 1)

    def repeated(self, tensor: Tensor) -> Tensor:
        """Repeat a `tensor` `[batch, ...]` that all remainders share, as `[batch * remainders, ...]`."""
        return tensor if self.is_whole else tensor.repeat_interleave(len(self.index), 0)

    def columns(self, tensor: Tensor) -> Tensor:
        """Return global columns, a `tensor` `[batch, heads, g, d]`, as `[batch * remainders, heads, g, d]`."""
        return tensor if self.is_whole else self.repeated(tensor[:, self.heads])

    def add_columns(self, tensor: Tensor, part: Tensor) -> None:
        """Add the slice's global columns to a tensor, in place, summed over the remainders.

        Args:
            tensor: `[batch, heads, g, d]`.
            part: The columns, in the shape that `columns` returns.
        """
        if self.is_whole:
            tensor += part
        else:
            tensor[:, self.heads] += part.unflatten(0, (len(tensor), len(self.index))).sum(1)

    @property
    def _cells(self) -> tuple[slice, Tensor, Tensor]:
        return slice(None), self.heads[:, None], self.index[:, None]  # [remainders, heads, m]

    @property
    def _cells_by_head(self) -> tuple[slice, Tensor, Tensor]:
        return slice(None), self.heads[:, None, None], self.index  # [heads, remainders, m]


def dilated_slices(length: int, dilations: tuple[int, ...]) -> Iterator[DilatedSlice]:
    """Yield the slices that cover all heads and positions; one for the whole batch where no head is dilated.

    Args:
        length: Tokens in a document.
        dilations: The dilation of each head.
    """
    if set(dilations) == {1}:
        yield DilatedSlice()
        return
    for dilation in sorted(set(dilations)):
        heads = torch.tensor([head for head, own in enumerate(dilations) if own == dilation])
        for index in residue_classes(length, dilation):
            yield DilatedSlice(heads, index, dilation)
