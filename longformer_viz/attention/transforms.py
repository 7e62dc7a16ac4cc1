"""Detection of what the fused kernels do not support: function transforms and forward-mode gradients."""

import torch
from torch.autograd import forward_ad


def has_transforms() -> bool:
    """Whether `torch.func` transforms or forward-mode gradients are active, which no kernel here supports."""
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0
