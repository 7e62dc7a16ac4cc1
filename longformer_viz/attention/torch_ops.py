"""PyTorch's private operators, each checked when this module is imported, with public replacements.

This is the only file that names them. An operator is usable if it exists with every argument that the callers pass.
`dispatch.py` skips a kernel whose operator is missing, and the small functions below compute the same results by
public operations.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.functional import linear


def find_operator(namespace: str, name: str, *arguments: str) -> Callable[..., Any] | None:
    """Return the operator `torch.ops.<namespace>.<name>` if it has all of these arguments.

    Args:
        namespace: The operator's namespace, such as `aten`.
        name: The operator's name.
        arguments: Names of the arguments that the callers pass.

    Returns:
        The operator, or None where this PyTorch has no such operator or it takes other arguments.
    """
    try:
        operator = getattr(getattr(torch.ops, namespace), name)
        schemas = [getattr(operator, overload)._schema for overload in operator.overloads()]
    except (AttributeError, RuntimeError):
        return None
    named = [{argument.name for argument in schema.arguments} for schema in schemas]
    return operator if any(names.issuperset(arguments) for names in named) else None


def _find_function(owner: Any, name: str) -> Callable[..., Any] | None:
    for part in name.split("."):
        owner = getattr(owner, part, None)
    return owner


FUSED_CPU = find_operator(
    "aten", "_scaled_dot_product_flash_attention_for_cpu", "query", "key", "value", "attn_mask", "scale"
)
FUSED_CPU_BACKWARD = find_operator(
    "aten",
    "_scaled_dot_product_flash_attention_for_cpu_backward",
    *("grad_out", "query", "key", "value", "out", "logsumexp", "dropout_p", "is_causal", "attn_mask"),
)
FUSED_CUDA = find_operator(
    "aten",
    "_scaled_dot_product_efficient_attention",
    *("query", "key", "value", "attn_bias", "compute_log_sumexp", "scale"),
)
FLASH_FORWARD = find_operator(
    "aten",
    "_flash_attention_forward",
    *("query", "key", "value", "cum_seq_q", "cum_seq_k", "max_q", "max_k", "window_size_left", "window_size_right"),
)
FLASH_BACKWARD = find_operator(
    "aten",
    "_flash_attention_backward",
    *("grad_out", "out", "logsumexp", "cum_seq_q", "cum_seq_k", "max_q", "max_k"),
    *("window_size_left", "window_size_right"),
)
ONEDNN_LINEAR = find_operator("mkldnn", "_linear_pointwise", "X", "W", "B", "attr", "scalars", "algorithm")
_BFLOAT16_SUPPORT = find_operator("mkldnn", "_is_mkldnn_bf16_supported")
_SOFTMAX_BACKWARD = find_operator("aten", "_softmax_backward_data", "grad_output", "output", "dim", "input_dtype")
_TRANSFORMS_ACTIVE = _find_function(torch, "_C._are_functorch_transforms_active")
_IS_LEGACY_BATCHED = _find_function(torch, "_C._functorch.is_legacy_batchedtensor")


def has_transforms() -> bool:
    """Return whether `torch.func` transforms or forward-mode gradients are active, which no fused kernel supports."""
    in_transform = _TRANSFORMS_ACTIVE is not None and _TRANSFORMS_ACTIVE()
    return in_transform or getattr(forward_ad, "_current_level", -1) >= 0


def is_batched_gradient(output_grad: Tensor) -> bool:
    """Return whether `output_grad` holds several gradients at once (`is_grads_batched=True`)."""
    return _IS_LEGACY_BATCHED is not None and _IS_LEGACY_BATCHED(output_grad)


def supports_bfloat16_products() -> bool:
    """Return whether oneDNN multiplies bfloat16 on this CPU; False where PyTorch cannot tell."""
    return _BFLOAT16_SUPPORT is not None and bool(_BFLOAT16_SUPPORT())


def onednn_linear(inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return `inputs @ weight.T + bias` by oneDNN's product, which carries no gradient.

    Args:
        inputs: `[..., in]`, float32, on the CPU.
        weight: `[out, in]`.
        bias: `[out]`, or None.
    """
    if ONEDNN_LINEAR is None:
        return linear(inputs, weight, bias)
    return ONEDNN_LINEAR(inputs, weight, bias, "none", [], "")


def softmax_gradient(weight_grad: Tensor, weights: Tensor) -> Tensor:
    """Return the gradient of the scores, `weights * (weight_grad - sum(weight_grad * weights))`, in the same type.

    Args:
        weight_grad: Gradient of the softmax's output, `[..., keys]`.
        weights: That output, `[..., keys]`.
    """
    if _SOFTMAX_BACKWARD is None:
        return weights * (weight_grad - (weight_grad * weights).sum(-1, keepdim=True))
    return _SOFTMAX_BACKWARD(weight_grad, weights, -1, weights.dtype)


def attention_and_log_sum_exp(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None, scale: float | None
) -> tuple[Tensor, Tensor]:
    """Compute by public operations what the fused operators do: output and log-sum-exp in at least float32.

    Args:
        query: `[batch, heads, q, d]`.
        key: `[batch, heads, k, d]`.
        value: `[batch, heads, k, d]`.
        attn_mask: Additive, `[batch or 1, heads or 1, q or 1, k]`, or None.
        scale: Factor of the scores; `1 / sqrt(d)` if None.
    """
    exact = torch.promote_types(query.dtype, torch.float32)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = (query.to(exact) * factor) @ key.to(exact).mT
    if attn_mask is not None:
        scores = scores + attn_mask.to(exact)
    log_sum_exp = scores.logsumexp(-1)
    weights = torch.exp(scores - log_sum_exp.masked_fill(log_sum_exp == -math.inf, 0)[..., None])
    return (weights @ value.to(exact)).to(query.dtype), log_sum_exp
