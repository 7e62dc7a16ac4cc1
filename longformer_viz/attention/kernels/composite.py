"""Window and global columns by PyTorch's own differentiable operations, block by block.

The kernels have one hand-written backward pass each. Everything beyond it comes from here: gradients of gradients,
`torch.func` transforms, and forward-mode gradients. Memory is of size n x window, as in transformers.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

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
    """Attention without dilation over the window and the global columns.

    Args:
        query, key, value: `[batch, heads, n, d]`.
        half: keys on each side of a query.
        keep: bool `[batch, 1 or heads, n]`, the keys that may be seen in the window; None for all.
        columns: key and value `[batch, heads, g, d]` of the global tokens, and bool `[batch, 1, g]`, False where a
            document has fewer.
        dropout: probability that a weight is dropped; `seed` decides which.

    Returns:
        Output `[batch, heads, n, d]`, 0 for a row that sees no key, and log-sum-exp `[batch, heads, n]` without
        gradient.
    """
    outputs, log_sum_exps = [], []
    for rows, stretch in blocks(query.shape[2], half):
        scores = _scores(query, key, half, keep, columns, rows, stretch)
        blind = (scores == -math.inf).all(-1, keepdim=True)
        scores = scores.masked_fill(blind, 0)  # a softmax over nothing would be NaN
        weights = torch.softmax(scores, -1).masked_fill(blind, 0)
        if dropout:
            weights = weights * kept_weights(weights, dropout, seed, rows)
        weights = weights.to(value.dtype)
        width = stretch.stop - stretch.start
        output = weights[..., :width] @ value[:, :, stretch]
        if columns is not None:
            output = output + weights[..., width:] @ columns[1]
        outputs.append(output)
        log_sum_exps.append(scores.detach().logsumexp(-1).masked_fill(blind[..., 0], -math.inf))
    return torch.cat(outputs, 2), torch.cat(log_sum_exps, 2)


def _scores(
    query: Tensor,
    key: Tensor,
    half: int,
    keep: Tensor | None,
    columns: tuple[Tensor, Tensor, Tensor] | None,
    rows: slice,
    stretch: slice,
) -> Tensor:
    """Scaled scores [batch, heads, rows, stretch + g] in at least float32, -inf where a pair may not attend."""
    position = torch.arange(query.shape[2], device=query.device)
    queries = query[:, :, rows] / math.sqrt(query.shape[-1])
    allowed = (position[stretch] - position[rows, None]).abs() <= half
    if keep is not None:
        allowed = allowed & keep[:, :, None, stretch]
    scores = (queries @ key[:, :, stretch].mT).masked_fill(~allowed, -math.inf)
    if columns is not None:
        global_key, _, present = columns
        column_scores = (queries @ global_key.mT).masked_fill(~present[:, :, None], -math.inf)
        scores = torch.cat([scores, column_scores], -1)
    return scores.to(accumulator(query.dtype))


def wants_composite(output_grad: Tensor) -> bool:
    """Whether a backward pass must be differentiable itself (`create_graph=True`), or is inside a transform."""
    return torch.is_grad_enabled() or has_transforms() or is_batched_gradient(output_grad)


def composite_gradients(
    function: Callable[..., Tensor], inputs: Sequence[Tensor | None], output_grad: Tensor
) -> list[Tensor | None]:
    """Gradients of `function(*inputs)`, which is made of PyTorch's own operations, for the backward pass of a kernel.

    They are differentiable themselves where gradients are on, which is how PyTorch asks for `create_graph=True`.
    """
    differentiable = torch.is_grad_enabled()
    with torch.enable_grad():
        # One input may come from another (global keys from keys): an alias of each keeps their gradients apart.
        aliases = [None if tensor is None else _alias(tensor, differentiable) for tensor in inputs]
        wanted = [alias for alias in aliases if alias is not None and alias.requires_grad]
        found = torch.autograd.grad(function(*aliases), wanted, output_grad, create_graph=differentiable)
    grads = iter(found)
    return [None if alias is None or not alias.requires_grad else next(grads) for alias in aliases]


def _alias(tensor: Tensor, differentiable: bool) -> Tensor:
    return tensor.view_as(tensor) if differentiable else tensor.detach().requires_grad_()


def blocks(length: int, half: int) -> list[tuple[slice, slice]]:
    """Stretches of queries, each with the stretch of keys that any of them sees."""
    return [
        (
            slice(start, min(start + QUERY_BLOCK, length)),
            slice(max(0, start - half), min(length, start + QUERY_BLOCK + half)),
        )
        for start in range(0, length, QUERY_BLOCK)
    ]


def kept_weights(weights: Tensor, dropout: float, seed: int, rows: slice) -> Tensor:
    """What dropout multiplies the weights with, 0 or 1 / (1 - dropout); the same seed and rows repeat it exactly.

    PyTorch draws random numbers one by one: each is cut in four here, fine enough for a probability.
    """
    generator = torch.Generator(weights.device).manual_seed(seed + rows.start)
    draws = torch.empty(-(-weights.numel() // 4), dtype=torch.int64, device=weights.device)
    draws = draws.random_(-(2**63), None, generator=generator).view(torch.int16)[: weights.numel()]
    kept = (draws >= round(dropout * 2**16) - 2**15).view(weights.shape)
    return kept.to(weights.dtype).div_(1 - dropout)


def accumulator(dtype: torch.dtype) -> torch.dtype:
    """The type that sums are kept in: float32, or float64's own."""
    return torch.float64 if dtype == torch.float64 else torch.float32
