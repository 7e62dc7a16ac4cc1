"""The table of attention kernels, fastest first, and the choice of one.

A call takes the first row that supports it. To add a kernel, write a file in `kernels/` and a row here; one test runs
every row against the n x n reference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from longformer_viz.attention import torch_ops
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels.banded import banded_attention
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.flash import flash_attention, supports_flash
from longformer_viz.attention.kernels.fused import has_fused_attention
from longformer_viz.attention.kernels.fused_training import fused_training_attention
from longformer_viz.spec import InputError, shown

KernelName = Literal["flash", "banded", "fused_training", "differentiable", "composite"]


Result = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Kernel:
    """A row of the table.

    Attributes:
        name: By which a caller can force it.
        compute: Returns output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]`.
        devices: That it runs on; empty for all.
        dtypes: Supported types of query, key and value; empty for all floating-point types.
        gradients: Whether it has a backward pass. Gradients of gradients are computed by `composite` in every row.
        dropout: Whether it can drop weights.
        transforms: Whether `torch.func` transforms and forward-mode gradients work.
        log_sum_exp: The type of the log-sum-exp, which never carries a gradient.
        purpose: Why it exists.
        measured: What it measured, and where.
        supports: What else decides, such as the head size or the kind of padding.
        needs: That condition in words, for errors.
    """

    name: KernelName
    compute: Callable[[AttentionInputs], Result]
    devices: tuple[str, ...]
    dtypes: tuple[torch.dtype, ...]
    gradients: bool
    dropout: bool
    transforms: bool
    log_sum_exp: str
    purpose: str
    measured: str
    supports: Callable[[AttentionInputs], bool] = lambda inputs: True
    needs: str = ""

    def refusal(self, inputs: AttentionInputs) -> str | None:
        """Return why this kernel cannot compute these inputs, or None where it can.

        Args:
            inputs: The inputs of one call.
        """
        device, dtype = inputs.query.device.type, inputs.query.dtype
        if self.devices and device not in self.devices:
            return f"runs on {' and '.join(self.devices)} only, not on {device}"
        if self.dtypes and dtype not in self.dtypes:
            return f"takes {' and '.join(_dtype_name(own) for own in self.dtypes)} only, not {_dtype_name(dtype)}"
        if inputs.needs_grad and not self.gradients:
            return "has no gradients"
        if inputs.dropout and not self.dropout:
            return "has no dropout"
        if inputs.transformed and not self.transforms:
            return "does not support function transforms and forward-mode gradients"
        return None if self.supports(inputs) else f"needs {self.needs}"


def _differentiable(inputs: AttentionInputs, composite: bool = False) -> Result:
    return differentiable_attention(
        inputs.query,
        inputs.key,
        inputs.value,
        inputs.layer.one_sided_window,
        inputs.layer.dilations,
        inputs.local_keys,
        inputs.columns,
        inputs.dropout,
        composite,
    )


def _composite(inputs: AttentionInputs) -> Result:
    return _differentiable(inputs, composite=True)


def _has_fused_training(_: AttentionInputs) -> bool:
    return torch_ops.FUSED_CPU is not None and torch_ops.FUSED_CPU_BACKWARD is not None


KERNELS = (
    Kernel(
        name="flash",
        compute=flash_attention,
        devices=("cuda",),
        dtypes=(torch.bfloat16, torch.float16),
        gradients=True,
        dropout=False,
        transforms=False,
        log_sum_exp="float32",
        purpose="FlashAttention skips pairs beyond the window, so long documents take linear time on a GPU.",
        measured="0.72 ms on an H100, 9 times as fast as transformers (16,384 tokens, window 512, bfloat16).",
        supports=lambda inputs: supports_flash(inputs.query, inputs.keep),
        needs="a GPU of compute capability 8.0, a head size of 8 to 256 in steps of 8, and padding at the end",
    ),
    Kernel(
        name="banded",
        compute=banded_attention,
        devices=("cpu", "cuda"),
        dtypes=(),
        gradients=False,
        dropout=False,
        transforms=False,
        log_sum_exp="float32, or float64 for one global token of float64",
        purpose="Inference with matrix products whose scores stay in the CPU's cache, or with fused kernels.",
        measured="67 ms on two CPU cores, 7 times as fast as transformers (4,096 tokens, window 512, float32).",
        supports=lambda inputs: has_fused_attention(inputs.query),
        needs="PyTorch's fused attention for this device, type and head size",
    ),
    Kernel(
        name="fused_training",
        compute=fused_training_attention,
        devices=("cpu",),
        dtypes=(),
        gradients=True,
        dropout=False,
        transforms=False,
        log_sum_exp="float32, or float64 for float64",
        purpose="Training without dropout on the CPU, by the fused kernel's own backward pass.",
        measured="0.7 of the time of `differentiable`, forward and backward (one core, 1,024 tokens, window 256).",
        supports=_has_fused_training,
        needs="PyTorch's fused CPU attention and its backward pass",
    ),
    Kernel(
        name="differentiable",
        compute=_differentiable,
        devices=(),
        dtypes=(),
        gradients=True,
        dropout=True,
        transforms=False,
        log_sum_exp="float32, or float64 for float64",
        purpose="Training with dropout, and every device and type that has no fused kernel.",
        measured="2.2 s a training step, against 19.5 s with transformers (built-in model, 2,048 tokens).",
    ),
    Kernel(
        name="composite",
        compute=_composite,
        devices=(),
        dtypes=(),
        gradients=True,
        dropout=True,
        transforms=True,
        log_sum_exp="float32, or float64 for float64",
        purpose="Function transforms and gradients of gradients, by PyTorch's own operations.",
        measured="1.8 times the time of `fused_training`, forward and backward (one core, 1,024 tokens, window 256).",
    ),
)
_BY_NAME = {kernel.name: kernel for kernel in KERNELS}


def choose(inputs: AttentionInputs, name: str = "auto") -> Kernel:
    """Return the first kernel that supports the inputs, or the named one.

    Args:
        inputs: The inputs of one call.
        name: The name of a kernel in `KERNELS`, or `"auto"`.

    Raises:
        InputError: There is no such kernel, or it does not support the inputs.
    """
    if name == "auto":
        return next(kernel for kernel in KERNELS if kernel.refusal(inputs) is None)
    if name not in _BY_NAME:
        names = ", ".join(repr(kernel.name) for kernel in KERNELS)
        raise InputError(f"kernel must be 'auto' or one of {names}. You entered {shown(name)}. Try 'auto'.")
    refusal = _BY_NAME[name].refusal(inputs)
    if refusal is not None:
        able = " or ".join(repr(kernel.name) for kernel in KERNELS if kernel.refusal(inputs) is None)
        raise InputError(f"The kernel must support the inputs; {name!r} {refusal}. Use {able}.")
    return _BY_NAME[name]


def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
