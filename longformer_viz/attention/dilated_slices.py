"""Dilated attention as attention without dilation, on slices of a document.

With dilation d a token attends only to tokens whose position has the same remainder modulo d. The tokens of each
remainder are therefore an ordinary document (Beltagy et al. 2020, section 3.1, "Dilated Sliding Window").
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
        heads: Int64 `[h]`, the heads of one dilation; None for all heads and positions.
        index: Int64 `[remainders, m]`, the positions of each document; None for all.
        dilation: Of these heads.
    """

    heads: Tensor | None = None
    index: Tensor | None = None
    dilation: int = 1

    def take(self, tensor: Tensor) -> Tensor:
        """Return `[batch * remainders, heads, m, ...]` of a `[batch, heads, n, ...]`; itself for the whole batch."""
        return tensor if self.index is None else tensor[self._cells].flatten(0, 1)

    def put(self, tensor: Tensor, part: Tensor) -> None:
        """Write `part`, as `take` returns it, into `tensor`; nothing for the whole batch."""
        if self.index is not None:
            tensor[self._cells] = part.unflatten(0, (len(tensor), len(self.index)))

    def placed(self, tensor: Tensor, part: Tensor) -> Tensor:
        """Return a copy of `tensor` with `part`, as `take` returns it, in it; gradients flow through both."""
        if self.index is None:
            return part
        documents = torch.arange(len(tensor))[:, None, None, None]
        cells = (documents, *(cells[None] for cells in self._cells[1:]))
        return tensor.index_put(cells, part.unflatten(0, (len(tensor), len(self.index))))

    def take_as_heads(self, tensor: Tensor) -> Tensor:
        """Return `[batch, heads * remainders, m, ...]` of a `[batch, heads, n, ...]`; itself for the whole batch."""
        return tensor if self.index is None else tensor[self._cells_by_head].flatten(1, 2)

    def put_as_heads(self, tensor: Tensor, part: Tensor) -> None:
        """Write `part`, as `take_as_heads` returns it, into `tensor`; nothing for the whole batch."""
        if self.index is not None:
            tensor[self._cells_by_head] = part.unflatten(1, (len(self.heads), len(self.index)))

    def positions(self, mask: Tensor | None) -> Tensor | None:
        """Return `[batch * remainders, m]` of a mask `[batch, n]`."""
        return mask if mask is None or self.index is None else mask[:, self.index].flatten(0, 1)

    def positions_as_heads(self, mask: Tensor | None) -> Tensor | None:
        """Return `[batch, heads * remainders, m]`, or `[batch, 1, n]` for the whole batch, of a mask `[batch, n]`."""
        if mask is None:
            return None
        return mask[:, None] if self.index is None else mask[:, self.index].repeat(1, len(self.heads), 1)

    def repeated(self, tensor: Tensor | None) -> Tensor | None:
        """Return `[batch * remainders, ...]` of a `[batch, ...]` that the documents of all remainders share."""
        return tensor if tensor is None or self.index is None else tensor.repeat_interleave(len(self.index), 0)

    def columns(self, tensor: Tensor) -> Tensor:
        """Return `[batch * remainders, heads, g, d]` of a `[batch, heads, g, d]`."""
        return tensor if self.index is None else self.repeated(tensor[:, self.heads])

    def add_columns(self, tensor: Tensor, part: Tensor) -> None:
        """Add `part`, shaped as `columns` returns it, to `tensor`, summed over the remainders."""
        if self.index is None:
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
        dilations: One a head.
    """
    if set(dilations) == {1}:
        yield DilatedSlice()
        return
    for dilation in sorted(set(dilations)):
        heads = torch.tensor([head for head, own in enumerate(dilations) if own == dilation])
        for index in residue_classes(length, dilation):
            yield DilatedSlice(heads, index, dilation)
