"""Dilated attention as ordinary attention: the tokens of equal position modulo the dilation are one document."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.kernels.banded import residues


@dataclass(frozen=True, slots=True)
class DilatedSlice:
    """Where a part stands: everywhere, or at heads of one dilation and at positions [remainders, m]."""

    heads: Tensor | None = None
    index: Tensor | None = None
    dilation: int = 1

    def take(self, tensor: Tensor) -> Tensor:
        """[batch * remainders, heads, m, ...] out of [batch, heads, n, ...]; the tensor itself if everywhere."""
        if self.index is None:
            return tensor
        return tensor[:, self.heads[:, None], self.index[:, None]].flatten(0, 1)

    def put(self, tensor: Tensor, part: Tensor) -> None:
        """Back to where `take` took it from."""
        if self.index is not None:
            tensor[:, self.heads[:, None], self.index[:, None]] = part.unflatten(0, (len(tensor), -1))

    def positions(self, mask: Tensor | None) -> Tensor | None:
        """[batch * remainders, m] out of [batch, n]."""
        return mask if mask is None or self.index is None else mask[:, self.index].flatten(0, 1)

    def repeated(self, tensor: Tensor | None) -> Tensor | None:
        """[batch * remainders, ...] out of [batch, ...]: what the documents of all remainders share."""
        return tensor if tensor is None or self.index is None else tensor.repeat_interleave(len(self.index), 0)

    def columns(self, tensor: Tensor) -> Tensor:
        """[batch * remainders, heads, g, d] out of [batch, heads, g, d]."""
        return tensor if self.index is None else self.repeated(tensor[:, self.heads])

    def add_columns(self, tensor: Tensor, part: Tensor) -> None:
        """Add up what `columns` repeated."""
        if self.index is None:
            tensor += part
        else:
            tensor[:, self.heads] += part.unflatten(0, (len(tensor), -1)).sum(1)


def dilated_slices(length: int, dilations: tuple[int, ...]) -> Iterator[DilatedSlice]:
    """Where the parts stand that are documents without dilation: heads of a dilation, at positions of a remainder."""
    if set(dilations) == {1}:
        yield DilatedSlice()
        return
    for dilation in sorted(set(dilations)):
        heads = torch.tensor([head for head, own in enumerate(dilations) if own == dilation])
        for index in residues(length, dilation):
            yield DilatedSlice(heads, index, dilation)
