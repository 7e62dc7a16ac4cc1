"""A function of a mask, remembered for the last mask: a model asks the same of the same one in each of its layers.

On a GPU that saves more than time: to look at a mask is to wait for all that is still to be computed.
"""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import torch
from torch import Tensor

from longformer_viz.attention.torch_ops import has_transforms

Made = TypeVar("Made")


def of_last(function: Callable[[Tensor], Made]) -> Callable[[Tensor], Made]:
    """The function, which answers again at once while the tensor is the one of its last call, unchanged.

    What it makes goes with the tensor, so it must not hold it: an alias (`detach`) may be held.
    """
    last: tuple[weakref.ref, int, Made] | None = None

    def forget(reference: weakref.ref) -> None:
        nonlocal last
        if last is not None and last[0] is reference:
            last = None

    @wraps(function)
    def remembered(tensor: Tensor) -> Made:
        nonlocal last
        # Of an inference tensor it is not known whether it was changed since; one made now would be of no use later.
        # A transform's tensor must not outlive the transform.
        if tensor.is_inference() or torch.is_inference_mode_enabled() or has_transforms():
            return function(tensor)
        known = last  # another thread may put its own there meanwhile
        if known is not None and known[0]() is tensor and known[1] == tensor._version:
            return known[2]
        made = function(tensor)
        last = (weakref.ref(tensor, forget), tensor._version, made)
        return made

    return remembered
