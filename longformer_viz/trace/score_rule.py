"""The steps between the product of query and key and the softmax."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.blocks.block_reach import Repeats


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """The steps from a product of query and key to a score, and what else takes part in the softmax.

    Attributes:
        softcap: Scores are `softcap * tanh(product / softcap)`; None for none.
        sinks: `[heads]` or `[heads, n]`, logits that take part in each softmax but belong to no token; None for none.
        bias: `[heads or 1, 2 n - 1]`, added to the scores by the distance `key - query + n - 1`; None for none.
        repeats: Keys that count several times in the softmax; a weight is their total. None for none.
        unit: What scores are multiplied by.
    """

    softcap: float | None = None
    sinks: Tensor | None = None
    bias: Tensor | None = None
    repeats: Repeats | None = None
    unit: float = 1.0

    @property
    def is_plain(self) -> bool:
        """Whether a score is the product itself."""
        return self.softcap is None and self.bias is None and self.repeats is None

    def scores(self, products: Tensor, heads: Sequence[int] | slice, query: Tensor, key: Tensor) -> Tensor:
        """Return scores after cap, bias and repeats; the products may be changed.

        Args:
            products: `[heads, ..., queries, keys]`, float32.
            heads: Numbers of the heads.
            query: Positions that broadcast with those of the keys to `[..., queries, keys]`.
            key: Positions.
        """
        if self.softcap is not None:
            products = products.div_(self.softcap).tanh_().mul_(self.softcap)
        if self.bias is not None:
            farthest = self.bias.shape[-1] // 2
            own = slice(None) if len(self.bias) == 1 else heads if isinstance(heads, slice) else list(heads)
            products = products + self.bias[own][:, key - query + farthest]
        if self.repeats is not None:
            products = products + self.repeats.bonus(query, key) * self.unit
        return products

    def with_sinks(
        self, log_sum_exp: Tensor, heads: Sequence[int] | slice = slice(None), rows: slice = slice(None)
    ) -> Tensor:
        """Return the log-sum-exp over tokens and sinks.

        Args:
            log_sum_exp: Over the tokens, `[heads, rows]`.
            heads: Numbers of the heads.
            rows: Positions of the queries.
        """
        if self.sinks is None:
            return log_sum_exp
        own = heads if isinstance(heads, slice) else list(heads)
        sinks = self.sinks[own, None] if self.sinks.ndim == 1 else self.sinks[own, rows]
        return torch.logaddexp(log_sum_exp, sinks)

    def times(self, factor: float) -> "ScoreRule":
        """Return the rule for scores in another unit, without sinks.

        Args:
            factor: What queries, and so products, were multiplied by.
        """
        return ScoreRule(
            None if self.softcap is None else self.softcap * factor,
            None,
            None if self.bias is None else self.bias * factor,
            self.repeats,
            self.unit * factor,
        )


PLAIN = ScoreRule()
