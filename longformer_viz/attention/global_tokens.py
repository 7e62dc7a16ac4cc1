"""Global tokens of a batch, and the weights of their rows (Beltagy et al. 2020, section 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention.mask_cache import cached_for_last_mask


@dataclass(frozen=True, slots=True)
class GlobalTokens:
    """The global tokens of a batch; g is the largest number of them in one document.

    Attributes:
        index: Int64 `[batch, g]`, their positions, padded with 0.
        present: Bool `[batch, g]`, False for padding.
        mask: Bool `[batch, n]`.
        documents: Int64 `[tokens]`, the document of each global token of the batch.
        numbers: Int64 `[tokens]`, its number among the global tokens of that document.
        positions: Int64 `[tokens]`, its position there.
        derived: Tensors that kernels compute from these, by use.
    """

    index: Tensor
    present: Tensor
    mask: Tensor
    documents: Tensor
    numbers: Tensor
    positions: Tensor
    derived: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, mask: Tensor) -> "GlobalTokens | None":
        """Return the global tokens of a bool `mask` `[batch, n]`, or None if no token is global.

        All layers of a model get the same object for the same mask.
        """
        return _global_tokens(mask)

    def local_keys(self, keep: Tensor | None) -> Tensor:
        """Return the keys that a window may see, bool `[batch, n]`: a global key is in the columns only.

        Args:
            keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        """
        return ~self.mask if keep is None else keep & ~self.mask

    def of_heads(self, tensor: Tensor) -> Tensor:
        """Return the global tokens' part `[batch, heads, g, d]` of a `tensor` `[batch, heads, n, d]`."""
        return tensor.gather(2, self.index[:, None, :, None].expand(-1, tensor.shape[1], -1, tensor.shape[-1]))

    def columns(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return key and value of the global tokens, `[batch, heads, g, d]`, and `present`.

        Args:
            key: `[batch, heads, n, d]`.
            value: `[batch, heads, n, d]`.
        """
        return self.of_heads(key), self.of_heads(value), self.present


def position_mask(positions: Sequence[int], length: int) -> Tensor:
    """Return a mask that is True at some positions.

    Args:
        positions: Token positions.
        length: Number of tokens.

    Returns:
        Bool `[length]`.
    """
    mask = torch.zeros(length, dtype=torch.bool)
    mask[list(positions)] = True
    return mask


@cached_for_last_mask
def _global_tokens(mask: Tensor) -> GlobalTokens | None:
    documents, positions = mask.nonzero(as_tuple=True)
    if not len(positions):
        return None
    counts = mask.sum(-1)
    present = torch.arange(int(counts.max()), device=mask.device) < counts[:, None]
    index = torch.zeros(present.shape, dtype=torch.long, device=mask.device)
    index[present] = positions
    return GlobalTokens(index, present, mask.detach(), documents, present.nonzero(as_tuple=True)[1], positions)


@dataclass(frozen=True, slots=True)
class GlobalRows:
    """The rows of global tokens: the weight of row r on token j is `exp(query[r] . key[j] - log_sum_exp[r])`.

    Where few tokens are global, c is the hidden size and the key projection is folded into the query. Otherwise c is
    the head size.

    Attributes:
        query: `[..., heads, g, c]`, scaled.
        key: `[..., heads or 1, n, c]`.
        log_sum_exp: `[..., heads, g]`.
    """

    query: Tensor
    key: Tensor
    log_sum_exp: Tensor

    def of_document(self, number: int) -> "GlobalRows":
        """Return the rows of the document at index `number` of a batch."""
        return GlobalRows(self.query[number], self.key[number], self.log_sum_exp[number])

    def weights(self) -> Tensor:
        """Return the weights `[..., heads, g, n]`, without gradients through the log-sum-exp."""
        return torch.exp(self.query @ self.key.mT - self.log_sum_exp[..., None])
