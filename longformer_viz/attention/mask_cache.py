"""A cache with one entry for functions of a mask, because every layer of a model computes the same of the same mask.

On a GPU, reading a mask's values waits for all queued work. With the cache this happens once a run.
"""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import torch
from torch import Tensor

from longformer_viz.attention.torch_ops import has_transforms

Result = TypeVar("Result")


def cached_for_last_mask(function: Callable[[Tensor], Result]) -> Callable[[Tensor], Result]:
    """Cache the function's result while it is called with the same, unchanged tensor.

    The result is dropped together with the tensor, so it must not refer to the tensor itself. It may refer to an
    alias (`detach`).

    Args:
        function: A function of one tensor, such as a mask `[batch, n]`.
    """
    last: tuple[weakref.ref, int, Result] | None = None

    def forget(reference: weakref.ref) -> None:
        nonlocal last
        if last is not None and last[0] is reference:
            last = None

    @wraps(function)
    def cached(tensor: Tensor) -> Result:
        nonlocal last
        # PyTorch does not count the changes of inference tensors, and a transform's tensor must not outlive it.
        if tensor.is_inference() or torch.is_inference_mode_enabled() or has_transforms():
            return function(tensor)
        known = last  # Another thread may replace it at any time.
        if known is not None and known[0]() is tensor and known[1] == tensor._version:
            return known[2]
        result = function(tensor)
        last = (weakref.ref(tensor, forget), tensor._version, result)
        return result

    return cached
