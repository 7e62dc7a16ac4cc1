"""How many bytes a model takes as float32, from its config or the headers of its files, and whether they are free."""

import importlib
import json
import math
import struct
from pathlib import Path

import torch
from transformers import PreTrainedConfig, PreTrainedModel

from longformer_viz.cache import available_memory_bytes
from longformer_viz.spec import InputError, is_whole, shown

BYTES_PER_WEIGHT = 4  # Models are read as float32.
_MOST_WEIGHTS = 10**18  # More are as many as this: no memory has room for them.
_HEADER_BYTES = 2**27  # The format's own limit is 100 MB.


def config_weights(architecture: type[PreTrainedModel], config: PreTrainedConfig) -> int | None:
    """Count the weights that a config describes, without allocating them.

    Args:
        architecture: The model's class.
        config: Its configuration.

    Returns:
        Number of weights, each shared one once; None if the config describes no valid model.
    """
    try:
        with torch.device("meta"):
            return sum(weight.numel() for weight in architecture(config).parameters())
    except Exception:  # An invalid field may raise any error; reading the model says which.
        return None


def safetensors_weights(folder: Path) -> int | None:
    """Count the weights in the safetensors files of a `folder` by their headers; None if one is damaged."""
    total = 0
    try:
        for file in _weight_files(folder):
            with file.open("rb") as opened:
                (size,) = struct.unpack("<Q", opened.read(8))
                header = json.loads(opened.read(min(size, _HEADER_BYTES)))
            total += sum(_count(tensor["shape"]) for key, tensor in header.items() if key != "__metadata__")
    except (OSError, MemoryError, ValueError, struct.error, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return total


def _count(shape: object) -> int:
    """Return the number of elements of a tensor."""
    if not isinstance(shape, list) or not all(is_whole(size) and size >= 0 for size in shape):
        raise ValueError("A shape must have whole numbers.")
    return min(math.prod(shape), _MOST_WEIGHTS)


def gguf_weights(file: Path) -> int | None:
    """Count the weights in a GGUF `file` by its header; None if it is damaged."""
    try:
        reader = importlib.import_module("gguf").GGUFReader(file)
        return sum(int(tensor.n_elements) for tensor in reader.tensors)
    except Exception:  # A damaged file may raise any error; reading the model says which.
        return None


def check_fits(name: str, weights: int | None, copies: int = 1) -> None:
    """Check that a model fits in the memory that is available now.

    Args:
        name: The model's name, for the error.
        weights: Its number of weights; None if that is not known.
        copies: How often they are in memory at once: twice during a conversion.

    Raises:
        InputError: It does not fit.
    """
    available = available_memory_bytes()
    if weights is None or available is None or copies * weights * BYTES_PER_WEIGHT <= available:
        return
    during = ", twice during the conversion" if copies > 1 else ""
    raise InputError(
        f"A model must fit in memory; {shown(name)} has {weights / 1e6:,.0f} million weights, which take "
        f"{weights * BYTES_PER_WEIGHT / 2**30:.1f} GiB as float32{during}, and {available / 2**30:.1f} GiB are "
        "available. Close other programs, or choose a smaller model."
    )


def check_fits_on_gpu(name: str, model: PreTrainedModel, device: torch.device, dtype: torch.dtype) -> None:
    """Check that a model fits in the memory of the GPU that it is moved to.

    Args:
        name: The model's name, for the error.
        model: The model, in main memory.
        device: The device; another one than a CUDA GPU is not checked.
        dtype: The number format that it gets there.

    Raises:
        InputError: It does not fit.
    """
    if device.type != "cuda":
        return
    needed = sum(weight.numel() for weight in model.parameters()) * torch.empty(0, dtype=dtype).element_size()
    available, _ = torch.cuda.mem_get_info(device)
    if needed > available:
        raise InputError(
            f"A model must fit in the GPU's memory; {shown(name)} takes {needed / 2**30:.1f} GiB as "
            f"{str(dtype).removeprefix('torch.')}, and {available / 2**30:.1f} GiB are available. Use the CPU, or a "
            "smaller model or number format."
        )


def _weight_files(folder: Path) -> list[Path]:
    """Return the files that transformers reads: one, or those that the index lists."""
    single = folder / "model.safetensors"
    if single.is_file():
        return [single]
    index = json.loads((folder / "model.safetensors.index.json").read_text(encoding="utf-8"))
    return [folder / name for name in sorted(set(index["weight_map"].values())) if "/" not in name]
