"""A layer's own projections: by the fastest product at hand, or the module itself where anything could see it run."""

import math

import torch
from torch import Tensor, nn

from longformer_viz.attention import cpu_backend
from longformer_viz.attention.torch_ops import has_transforms, onednn_linear

_HOOKS = ("forward_hooks", "forward_pre_hooks", "backward_hooks", "backward_pre_hooks")


def is_plain(projection: nn.Module) -> bool:
    """Whether a projection is its weight and bias and nothing else: no adapter, quantised layer or hook."""
    if type(projection) is not nn.Linear or "forward" in vars(projection):
        return False
    if nn.modules.module._has_any_global_hook():  # of one that counts FLOPs, for instance
        return False
    tensors = (projection.weight, projection.bias)
    plain = all(tensor is None or type(tensor) in (Tensor, nn.Parameter) for tensor in tensors)
    return plain and not any(getattr(projection, f"_{kind}") for kind in _HOOKS)


def project(projection: nn.Module, hidden_states: Tensor) -> Tensor:
    """`projection(hidden_states)`: [batch, n, in] to [batch, n, out].

    A module that is not plain is called with transformers' layout, [n, batch, in], which its hooks and adapters may
    count on. A plain one in float32 goes by oneDNN on AMD's processors, through which no gradients flow.
    """
    if not is_plain(projection):
        return projection(hidden_states.transpose(0, 1)).transpose(0, 1)
    if not _takes_onednn(hidden_states, projection):
        return projection(hidden_states)
    return onednn_linear(hidden_states, projection.weight, projection.bias)


def scaled_in_place(projection: nn.Module, projected: Tensor, head_size: int) -> Tensor:
    """`projected / sqrt(head_size)`, in place where a hook or an adapter may have kept the projection's output.

    transformers scales queries in place, so what a hook kept is the scaled tensor after the forward pass. With a
    backward hook PyTorch allows no change in place.
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
        and hidden_states.shape[-1] == projection.in_features  # else the module's own words on it
        and not (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors))
        and not has_transforms()
        and not torch.is_autocast_enabled("cpu")
        and torch.backends.mkldnn.enabled
    )
