"""Global tokens of a batch, and what the weights of their rows follow from (Beltagy et al. 2020, section 3.1)."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention.mask_cache import of_last


@dataclass(frozen=True, slots=True)
class GlobalTokens:
    """Where the global tokens of a batch stand.

    index: [batch, g], filled up with 0; present: bool [batch, g], False where filled up; mask: bool [batch, n];
    documents, numbers, places: [tokens], of each one in order its document, its number there, and its position.
    """

    index: Tensor
    present: Tensor
    mask: Tensor
    documents: Tensor
    numbers: Tensor
    places: Tensor
    made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # what paths make of them, by use

    @classmethod
    def of(cls, mask: Tensor) -> "GlobalTokens | None":
        """From a bool mask [batch, n]; None where no token is global. The layers of a model share one."""
        return _global_tokens(mask)

    def local_keys(self, keep: Tensor | None) -> Tensor:
        """The keys that windows see, bool [batch, n]: a global key is in the columns only, never in the band too."""
        return ~self.mask if keep is None else keep & ~self.mask

    def of_heads(self, tensor: Tensor) -> Tensor:
        """The global tokens' part [batch, heads, g, d] of a [batch, heads, n, d]."""
        return tensor.gather(2, self.index[:, None, :, None].expand(-1, tensor.shape[1], -1, tensor.shape[-1]))


@of_last
def _global_tokens(mask: Tensor) -> GlobalTokens | None:
    documents, places = mask.nonzero(as_tuple=True)
    if not len(places):
        return None
    counts = mask.sum(-1)
    present = torch.arange(int(counts.max()), device=mask.device) < counts[:, None]
    index = torch.zeros(present.shape, dtype=torch.long, device=mask.device)
    index[present] = places
    return GlobalTokens(index, present, mask.detach(), documents, present.nonzero(as_tuple=True)[1], places)


@dataclass(frozen=True, slots=True)
class GlobalRows:
    """What the weights of the global rows follow from: row r on token j is exp(query[r] . key[j] - log_sum_exp[r]).

    query: [..., heads, g, c], scaled; key: [..., heads or 1, n, c]; log_sum_exp: [..., heads, g]. Where few tokens
    are global, c is the hidden size and the key projection is folded into the query; else c is the head size.
    """

    query: Tensor
    key: Tensor
    log_sum_exp: Tensor

    def of_document(self, number: int) -> "GlobalRows":
        """One document's rows out of a batch's."""
        return GlobalRows(self.query[number], self.key[number], self.log_sum_exp[number])

    def weights(self) -> Tensor:
        """[..., heads, g, n], without gradients through the log-sum-exp."""
        return torch.exp(self.query @ self.key.mT - self.log_sum_exp[..., None])
