"""A layer's own projections, by the fastest product, or by the module itself where a hook or adapter is attached."""

import math
from typing import TypeGuard

import torch
from torch import Tensor, nn

from longformer_viz.attention import cpu_backend
from longformer_viz.attention.torch_ops import has_transforms, onednn_linear

_HOOKS = ("forward_hooks", "forward_pre_hooks", "backward_hooks", "backward_pre_hooks")


def is_plain(projection: nn.Module) -> TypeGuard[nn.Linear]:
    """Return whether a projection is its weight and bias only, without adapter, quantization or hook.

    Args:
        projection: A layer's query, key or value module.
    """
    if type(projection) is not nn.Linear or "forward" in vars(projection):
        return False
    if nn.modules.module._has_any_global_hook():  # For instance of a FLOP counter.
        return False
    tensors = (projection.weight, projection.bias)
    plain = all(tensor is None or type(tensor) in (Tensor, nn.Parameter) for tensor in tensors)
    return plain and not any(getattr(projection, f"_{kind}") for kind in _HOOKS)


def project(projection: nn.Module, hidden_states: Tensor) -> Tensor:
    """Return `projection(hidden_states)`, `[batch, n, out]`.

    A module that is not plain is called with transformers' layout `[n, batch, in]`, which its hooks and adapters may
    expect. A plain one in float32 uses oneDNN on AMD's CPUs where no gradient is needed.

    Args:
        projection: The module.
        hidden_states: `[batch, n, in]`.
    """
    if not is_plain(projection):
        # In one piece: linear layers multiply anything else document by document, in twice the time.
        return projection(hidden_states.transpose(0, 1).contiguous()).transpose(0, 1)
    if not _takes_onednn(hidden_states, projection):
        return projection(hidden_states)
    return onednn_linear(hidden_states, projection.weight, projection.bias)


def scaled_in_place(projection: nn.Module, projected: Tensor, head_size: int) -> Tensor:
    """Return `projected / sqrt(head_size)`, computed in place where a hook or adapter may refer to `projected`.

    transformers scales queries in place, so a hook's tensor is scaled after the forward pass. With a backward hook
    PyTorch allows no change in place.

    Args:
        projection: The module.
        projected: Its output, `[batch, n, out]`.
        head_size: Size of one head.
    """
    if is_plain(projection) or _has_backward_hooks(projection):
        return projected / math.sqrt(head_size)
    projected /= math.sqrt(head_size)
    return projected


def _has_backward_hooks(projection: nn.Module) -> bool:
    hooks = nn.modules.module
    if hooks._global_backward_hooks or hooks._global_backward_pre_hooks:
        return True
    return any(module._backward_hooks or module._backward_pre_hooks for module in projection.modules())


def _takes_onednn(hidden_states: Tensor, projection: nn.Linear) -> bool:
    tensors = [hidden_states, projection.weight, *([] if projection.bias is None else [projection.bias])]
    return (
        cpu_backend.prefers_onednn_linear()
        and type(hidden_states) is Tensor
        and all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in tensors)
        and bool(hidden_states.numel())
        and hidden_states.shape[-1] == projection.in_features  # Otherwise the module raises its own error.
        and not (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors))
        and not has_transforms()
        and not torch.is_autocast_enabled("cpu")
        and bool(torch.backends.mkldnn.enabled)
    )
