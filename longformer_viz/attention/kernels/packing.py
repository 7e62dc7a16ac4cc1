"""Concatenation of documents without padding, as FlashAttention's kernels read them."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from longformer_viz.attention.mask_cache import cached_for_last_mask


@dataclass(frozen=True, slots=True)
class Packing:
    """How documents of several lengths are concatenated.

    Attributes:
        shape: `(documents, m)` with padding.
        rows: Int64 `[tokens]`, the index of each token in `[documents * m]`; None if there is no padding.
        bounds: Int32 `[documents + 1]`, where each document begins, and the end.
        longest: Tokens of the longest document.
    """

    shape: tuple[int, int]
    rows: Tensor | None
    bounds: Tensor
    longest: int

    @classmethod
    def of(cls, keep: Tensor | None, like: Tensor) -> "Packing":
        """Return the packing of a tensor `like`, `[documents, heads, m, d]`.

        Args:
            keep: Bool `[documents, m]`, False for padding; None if there is no padding.
            like: A tensor of this shape and device.
        """
        documents, length = len(like), like.shape[2]
        padded = None if keep is None else _padded(keep)
        if padded is None:
            return cls((documents, length), None, _even_bounds(documents, length, like.device), length)
        return cls((documents, length), *padded)

    def pack(self, tensor: Tensor) -> Tensor:
        """Concatenate the documents of a `tensor` `[documents, heads, m, ...]`, as `[tokens, heads, ...]`."""
        flat = tensor.transpose(1, 2).flatten(0, 1)
        return (flat if self.rows is None else flat[self.rows]).contiguous()

    def unpack(self, packed: Tensor, fill: float = 0.0) -> Tensor:
        """Undo `pack`.

        Args:
            packed: `[tokens, heads, ...]`.
            fill: Value of padding.

        Returns:
            A tensor `[documents, heads, m, ...]`.
        """
        if self.rows is None:
            return packed.unflatten(0, self.shape).transpose(1, 2)
        whole = packed.new_full((self.shape[0] * self.shape[1], *packed.shape[1:]), fill)
        whole[self.rows] = packed
        return whole.unflatten(0, self.shape).transpose(1, 2)


@cached_for_last_mask
def _padded(keep: Tensor) -> tuple[Tensor, Tensor, int] | None:
    """Return rows, bounds and longest of a `Packing`; None if there is no padding."""
    rows = keep.flatten().nonzero()[:, 0]
    if len(rows) == keep.numel():
        return None
    lengths = keep.sum(-1)
    return rows, torch.nn.functional.pad(lengths.cumsum(0), (1, 0)).int(), int(lengths.max())


@lru_cache(maxsize=64)
def _even_bounds(documents: int, length: int, device: torch.device) -> Tensor:
    return torch.arange(0, documents * length + 1, length, dtype=torch.int32, device=device)
