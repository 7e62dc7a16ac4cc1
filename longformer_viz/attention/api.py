"""Banded attention with global tokens, by the fastest kernel that supports the call.

Every token scores the global tokens' keys by its local projections, in one softmax with its window. The rows of
global tokens have projections of their own (Beltagy et al. 2020, section 3.1, "Linear Projections").
"""

import torch
from torch import Tensor

from longformer_viz.attention.dispatch import KernelName, choose
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.torch_ops import has_transforms
from longformer_viz.spec import InputError, LayerSpec, check_window, shown


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    layer: LayerSpec | int,
    keep: Tensor | None = None,
    global_tokens: GlobalTokens | Tensor | None = None,
    dropout: float = 0.0,
    *,
    kernel: KernelName | str = "auto",
) -> tuple[Tensor, Tensor]:
    """Compute attention of every token over its window and the global tokens.

    The result equals `reference.reference_attention`, without n x n numbers in memory. Gradients of any order flow
    through the output; the log-sum-exp carries none.

    Args:
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, heads, n, d]`.
        value: `[batch, heads, n, d]`.
        layer: Window and the dilation of each head, or only the window: the full, even width in tokens.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        global_tokens: Bool `[batch, n]`, or `GlobalTokens.of` this mask; None if no token is global.
        dropout: Probability that a weight is dropped, drawn from PyTorch's random numbers.
        kernel: `"auto"`, or the name of a row of `dispatch.KERNELS`, which then computes the result.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]`. A row with no visible key has output 0 and
        log-sum-exp -inf. The rows of global tokens use the local projections here; the caller overwrites them.

    Raises:
        InputError: Shapes do not match, the window is not valid, or the named kernel does not support the inputs.
    """
    _check_shapes(query, key, value, keep)
    if not isinstance(layer, LayerSpec):
        layer = LayerSpec(check_window(layer), (1,) * query.shape[1])
    if len(layer.dilations) != query.shape[1]:
        raise InputError(
            f"There must be one dilation for each of the {query.shape[1]} heads; got {len(layer.dilations)}. "
            "Use (1,) * heads."
        )
    if isinstance(global_tokens, Tensor):
        global_tokens = GlobalTokens.of(global_tokens)
    # The fused kernels assume contiguous values in each head, and do not check.
    query, key, value = (tensor if tensor.stride(-1) == 1 else tensor.contiguous() for tensor in (query, key, value))
    inputs = AttentionInputs(
        query,
        key,
        value,
        layer,
        keep,
        global_tokens,
        dropout,
        needs_grad=torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value)),
        transformed=has_transforms(),
    )
    return choose(inputs, kernel).compute(inputs)


def _check_shapes(query: Tensor, key: Tensor, value: Tensor, keep: Tensor | None) -> None:
    if query.ndim != 4 or query.shape != key.shape or query.shape != value.shape:
        shapes = ", ".join(shown(list(tensor.shape)) for tensor in (query, key, value))
        raise InputError(
            f"query, key and value must have the same shape, [batch, heads, n, d]; got {shapes}. "
            "Split the heads with tensor.unflatten(-1, (heads, d)).transpose(1, 2)."
        )
    expected = (query.shape[0], query.shape[2])
    if keep is not None and keep.shape != expected:
        raise InputError(
            f"keep must have the shape [batch, n], {list(expected)}; got {shown(list(keep.shape))}. "
            "Use True for tokens and False for padding."
        )
