"""The devices and number formats of this machine, and what happens where one fails."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import torch

from longformer_viz.attention.torch_ops import supports_bfloat16_products
from longformer_viz.spec import InputError, shown

P = ParamSpec("P")
T = TypeVar("T")
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def check_device(name: str) -> torch.device:
    """Return a device of this machine.

    Args:
        name: Such as "cpu", "cuda" or "cuda:1".

    Raises:
        InputError: If this machine does not have it.
    """
    available = devices()
    name = name if isinstance(name, str | torch.device) else shown(name)
    family = str(name).split(":")[0]
    try:
        device = torch.device(name)
        if family in available and (device.index or 0) < (torch.cuda.device_count() if family == "cuda" else 1):
            return device
    except (RuntimeError, TypeError):
        pass
    raise InputError(
        f"Device must be one of this machine's: {', '.join(available)}. You entered {shown(name)}. Try cpu."
    )


def devices() -> tuple[str, ...]:
    """Return the kinds of device that this machine has, "cpu" first."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def dtypes(device: str) -> tuple[str, ...]:
    """Return the number formats that are fast on a device: on a CPU, half precision needs special instructions.

    Args:
        device: A device of this machine.

    Raises:
        InputError: If this machine does not have it.
    """
    if check_device(device).type != "cpu":
        return tuple(DTYPES)
    return ("float32", "bfloat16") if supports_bfloat16_products() else ("float32",)


_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED", "bad_alloc")
_DEVICE_FAILED = ("CUDA error", "CUBLAS_STATUS", "CUDNN_STATUS", "cuDNN error", "HIP error", "MPS")


class DeviceError(InputError):
    """The GPU has too little memory for a run, or failed. The same run may succeed on the CPU."""


def says_device_fault(work: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that runs a model, so that too little memory and a failed GPU are errors in words.

    Args:
        work: The function. Its first argument has a `device`.

    Returns:
        The function. It raises `DeviceError` where the GPU is the cause, and `InputError` where main memory is.
    """

    @wraps(work)
    def wrapper(*args: P.args, **options: P.kwargs) -> T:
        try:
            return work(*args, **options)
        except (RuntimeError, MemoryError) as fault:
            problem = device_problem(fault, getattr(args[0] if args else options.get("model"), "device", None))
            if problem is None:
                raise
        # Raised here, because an error that refers to the first one would keep all its tensors.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise problem

    return wrapper


def device_problem(fault: BaseException, device: Any) -> InputError | None:
    """Return the error in words for a fault of a device; None for any other fault.

    Args:
        fault: What torch raised.
        device: Where the model is.
    """
    if device is None:
        return None
    text = " ".join(str(fault).split())
    is_memory = isinstance(fault, MemoryError | torch.OutOfMemoryError) or any(it in text for it in _OUT_OF_MEMORY)
    if torch.device(device).type == "cpu":
        if not is_memory:
            return None
        return InputError(
            "A run must fit in the free memory of this machine; this run does not. Use a shorter document, a smaller "
            "window, or fewer global tokens."
        )
    if is_memory:
        return DeviceError(
            f"A run must fit in the free memory of the GPU; on {device} this run does not. Use the CPU, a shorter "
            "document, a smaller window, or fewer global tokens."
        )
    if any(it in text for it in _DEVICE_FAILED):
        return DeviceError(
            f"A run needs a GPU that works; {device} failed: {shown(text[:80])}. Use the CPU. To use the GPU again, "
            "start the program again."
        )
    return None
