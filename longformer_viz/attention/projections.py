"""A layer's own projections, by the fastest product at hand wherever nothing asks for the module itself."""

import torch
from torch import Tensor, nn
from torch.autograd.forward_ad import unpack_dual

from longformer_viz.attention import processor

_HOOKS = ("forward_hooks", "forward_pre_hooks", "backward_hooks", "backward_pre_hooks")


def is_plain(projection: nn.Module) -> bool:
    """Whether a projection is its weight and bias and nothing else: no adapter, quantised layer or hook."""
    if type(projection) is not nn.Linear or "forward" in vars(projection):
        return False
    tensors = (projection.weight, projection.bias)
    plain = all(tensor is None or type(tensor) in (Tensor, nn.Parameter) for tensor in tensors)
    return plain and not any(getattr(projection, f"_{kind}") for kind in _HOOKS)


def project(projection: nn.Module, hidden_states: Tensor) -> Tensor:
    """`projection(hidden_states)`: [..., in] to [..., out].

    On AMD's processors in float32 that is oneDNN's, through which no gradients flow.
    """
    if not (is_plain(projection) and _takes_onednn(hidden_states, projection)):
        return projection(hidden_states)
    return torch.ops.mkldnn._linear_pointwise(hidden_states, projection.weight, projection.bias, "none", [], "")


def _takes_onednn(hidden_states: Tensor, projection: nn.Linear) -> bool:
    tensors = [hidden_states, projection.weight, *([] if projection.bias is None else [projection.bias])]
    return (
        processor.linear_by_onednn()
        and type(hidden_states) is Tensor
        and all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in tensors)
        and bool(hidden_states.numel())
        and hidden_states.shape[-1] == projection.in_features  # else the module's own words on it
        and not (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors))
        and all(unpack_dual(tensor).tangent is None for tensor in tensors)
        and not torch.is_autocast_enabled("cpu")
        and not nn.modules.module._has_any_global_hook()  # of one that counts FLOPs, for instance
        and torch.backends.mkldnn.enabled
    )
