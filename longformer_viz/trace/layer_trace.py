"""One recorded layer, and the weights of one head."""

from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalRows
from longformer_viz.trace.score_rule import PLAIN, ScoreRule

_HALF_SCORE_ERROR = 0.01  # An error of 0.01 in a score is an error of 1% in its weight.


@dataclass(frozen=True, slots=True)
class BandedWeights:
    """The weights of one head, each stored once. For every token, band + columns, or rows, sum to 1.

    Attributes:
        band: `[n, window + 1]`; column c of row i is key `i + (c - window/2) * dilation`. 0 for global keys and
            queries.
        columns: `[n, g]`, the weight of each token on the global tokens; 0 for global queries.
        rows: `[g, n]`, the weight of the global tokens on each token.
    """

    band: Tensor
    columns: Tensor
    rows: Tensor


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One recorded layer.

    Attributes:
        query: `[heads, n, d]`, scaled.
        key: `[heads, n, d]`.
        log_sum_exp: Float32 `[heads, n]`.
        rows: The rows of global tokens; None if no token is global.
    """

    query: Tensor
    key: Tensor
    log_sum_exp: Tensor
    rows: GlobalRows | None

    @classmethod
    def compact(cls, query: Tensor, key: Tensor, log_sum_exp: Tensor, rows: GlobalRows | None) -> "LayerTrace":
        """Return the layer on the CPU, in half precision where its weights still agree to 1%.

        Args:
            query: `[heads, n, d]`, scaled.
            key: `[heads, n, d]`.
            log_sum_exp: `[heads, n]`.
            rows: The rows of global tokens, or None.
        """
        if rows is not None:
            rows = GlobalRows(*_compact(rows.query, rows.key), rows.log_sum_exp.float().cpu())
        return cls(*_compact(query, key), log_sum_exp.float().cpu(), rows)

    @property
    def rule(self) -> ScoreRule:
        """How scores follow from queries and keys: a score is their product."""
        return PLAIN

    def scores(self, heads: slice, rows: slice, keys: slice) -> Tensor:
        """Return scores by the local projections, in float32, including pairs outside the pattern.

        Args:
            heads: Indices of the heads.
            rows: Positions of the queries.
            keys: Positions of the keys.

        Returns:
            Scores `[heads, rows, keys]`.
        """
        return torch.bmm(self.query[heads, rows].float(), self.key[heads, keys].float().mT)

    @property
    def size_bytes(self) -> int:
        """Memory of the tensors, in bytes."""
        tensors = [self.query, self.key, self.log_sum_exp]
        if self.rows is not None:
            tensors += [self.rows.query, self.rows.key, self.rows.log_sum_exp]
        return sum(tensor.nbytes for tensor in tensors)


def _compact(query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
    """Return query and key in half precision if a sample of scores differs by less than 0.01, else in float32."""
    query, key = query.float().cpu(), key.float().cpu()
    halves = query.half(), key.half()
    chosen = [_sample(tensor) for tensor in (query, key)]
    exact, rounded = (
        queries.float()[..., chosen[0], :] @ keys.float()[..., chosen[1], :].mT
        for queries, keys in ((query, key), halves)
    )
    # A value beyond half precision gives a difference that is not finite, which compares as false.
    return halves if (exact - rounded).abs().max() < _HALF_SCORE_ERROR else (query.clone(), key.clone())


def _sample(vectors: Tensor) -> Tensor:
    """Return evenly spaced positions of a `[heads, n, d]`, and those of its longest vectors."""
    length = vectors.shape[-2]
    spread = torch.arange(0, length, max(1, length // 64))
    longest = vectors.norm(dim=-1).amax(0).topk(min(32, length)).indices
    return torch.cat([spread, longest])
