"""Banded attention by PyTorch's own differentiable operations, block by block.

Each of the other kernels has one hand-written backward pass. Everything beyond that is computed here: gradients of
gradients, `torch.func` transforms and forward-mode gradients. Memory grows with n x window, as in transformers.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from longformer_viz.attention.block_layout import Block, query_blocks
from longformer_viz.attention.torch_ops import has_transforms, is_batched_gradient

QUERY_BLOCK = 128


def composite_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    half: int,
    keep: Tensor | None = None,
    columns: tuple[Tensor, Tensor, Tensor] | None = None,
    dropout: float = 0.0,
    seed: int = 0,
) -> tuple[Tensor, Tensor]:
    """Compute attention without dilation over the window and the global columns.

    Args:
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, heads, n, d]`.
        value: `[batch, heads, n, d]`.
        half: Keys on each side of a query.
        keep: Bool `[batch, 1 or heads, n]`, the keys that may be seen in the window; None for all.
        columns: Key and value `[batch, heads, g, d]` of the global tokens, and bool `[batch, 1, g]`, False where a
            document has fewer.
        dropout: Probability that a weight is dropped.
        seed: Decides which weights are dropped.

    Returns:
        Output `[batch, heads, n, d]`, 0 for a row with no visible key, and log-sum-exp `[batch, heads, n]` without
        gradient.
    """
    outputs, log_sum_exps = [], []
    for block in query_blocks(query.shape[2], half, QUERY_BLOCK):
        scores = _scores(query, key, half, keep, columns, block)
        empty = (scores == -math.inf).all(-1, keepdim=True)
        scores = scores.masked_fill(empty, 0)  # a softmax over nothing would be NaN
        weights = torch.softmax(scores, -1).masked_fill(empty, 0)
        if dropout:
            weights = weights * kept_weights(weights, dropout, seed, block.rows)
        weights = weights.to(value.dtype)
        width = block.keys.stop - block.keys.start
        output = weights[..., :width] @ value[:, :, block.keys]
        if columns is not None:
            output = output + weights[..., width:] @ columns[1]
        outputs.append(output)
        log_sum_exps.append(scores.detach().logsumexp(-1).masked_fill(empty[..., 0], -math.inf))
    return torch.cat(outputs, 2), torch.cat(log_sum_exps, 2)


def _scores(
    query: Tensor,
    key: Tensor,
    half: int,
    keep: Tensor | None,
    columns: tuple[Tensor, Tensor, Tensor] | None,
    block: Block,
) -> Tensor:
    """Return scaled scores `[batch, heads, rows, keys + g]` in at least float32, -inf where a pair may not attend."""
    position = torch.arange(query.shape[2], device=query.device)
    queries = query[:, :, block.rows] / math.sqrt(query.shape[-1])
    allowed = (position[block.keys] - position[block.rows, None]).abs() <= half
    if keep is not None:
        allowed = allowed & keep[:, :, None, block.keys]
    scores = (queries @ key[:, :, block.keys].mT).masked_fill(~allowed, -math.inf)
    if columns is not None:
        global_key, _, present = columns
        column_scores = (queries @ global_key.mT).masked_fill(~present[:, :, None], -math.inf)
        scores = torch.cat([scores, column_scores], -1)
    return scores.to(accumulator(query.dtype))


def wants_composite(output_grad: Tensor) -> bool:
    """Return whether a backward pass must be differentiable itself (`create_graph=True`) or is inside a transform.

    Args:
        output_grad: Gradient of the output.

    Returns:
        True if the fused backward kernels cannot be used.
    """
    return torch.is_grad_enabled() or has_transforms() or is_batched_gradient(output_grad)


def composite_gradients(
    function: Callable[..., Tensor], inputs: Sequence[Tensor | None], output_grad: Tensor
) -> list[Tensor | None]:
    """Return the gradients of `function(*inputs)` for the backward pass of a kernel.

    The gradients are themselves differentiable where gradients are enabled, which is how PyTorch requests
    `create_graph=True`.

    Args:
        function: Made of PyTorch's own operations.
        inputs: Its arguments; None where an argument is absent.
        output_grad: Gradient of its output.

    Returns:
        One gradient an input, None where it is absent or needs none.
    """
    differentiable = torch.is_grad_enabled()
    with torch.enable_grad():
        # Global keys are computed from keys. An alias of each input separates their gradients.
        aliases = [None if tensor is None else _alias(tensor, differentiable) for tensor in inputs]
        wanted = [alias for alias in aliases if alias is not None and alias.requires_grad]
        found = torch.autograd.grad(function(*aliases), wanted, output_grad, create_graph=differentiable)
    grads = iter(found)
    return [None if alias is None or not alias.requires_grad else next(grads) for alias in aliases]


def _alias(tensor: Tensor, differentiable: bool) -> Tensor:
    return tensor.view_as(tensor) if differentiable else tensor.detach().requires_grad_()


def kept_weights(weights: Tensor, dropout: float, seed: int, rows: slice) -> Tensor:
    """Return the factors of dropout, 0 or `1 / (1 - dropout)`; the same seed and rows repeat them exactly.

    PyTorch draws random numbers one by one, so each 64-bit number is divided into four.

    Args:
        weights: `[batch, heads, rows, keys]`.
        dropout: Probability of 0.
        seed: Seed of the random numbers.
        rows: Positions of the queries.
    """
    generator = torch.Generator(weights.device).manual_seed(seed + rows.start)
    draws = torch.empty(-(-weights.numel() // 4), dtype=torch.int64, device=weights.device)
    draws = draws.random_(-(2**63), None, generator=generator).view(torch.int16)[: weights.numel()]
    kept = (draws >= round(dropout * 2**16) - 2**15).view(weights.shape)
    return kept.to(weights.dtype).div_(1 - dropout)


def accumulator(dtype: torch.dtype) -> torch.dtype:
    """Return the type in which numbers of type `dtype` are summed: float64 for float64, else float32."""
    return torch.float64 if dtype == torch.float64 else torch.float32
