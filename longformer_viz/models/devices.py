"""The devices and number formats of this machine."""

import torch

from longformer_viz.attention.torch_ops import supports_bfloat16_products
from longformer_viz.spec import InputError, shown

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def check_device(name: str) -> torch.device:
    """Return a device of this machine.

    Args:
        name: Such as "cpu", "cuda" or "cuda:1".

    Raises:
        InputError: If this machine does not have it.
    """
    available = devices()
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
