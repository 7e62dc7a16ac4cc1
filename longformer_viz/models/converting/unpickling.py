"""Turn pickled weights of an official checkpoint into safetensors, without running code of the file."""

import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import PreTrainedConfig

from longformer_viz.models.family_loading import architecture
from longformer_viz.spec import InputError, shown

# Tensors that some checkpoints lack and that no forward pass over a document uses.
DISPENSABLE = re.compile(r"pooler\.dense|position_ids|lm_head|final_logits_bias")


def unpickle_checked(file: Path, config: PreTrainedConfig, target: Path) -> None:
    """Write the tensors of a `pytorch_model.bin` as safetensors, without running code of the file.

    Args:
        file: The pickled file.
        config: The config that gives the expected names and shapes.
        target: The safetensors file to write.

    Raises:
        InputError: If the file has anything but plain tensors, or their names or shapes differ.
    """
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as fault:  # A damaged file may raise any error.
        raise InputError(
            f"Pickled weights must be plain tensors; {file.name} has something else or is damaged. "
            "None of its code was run. Download it again, or choose another model."
        ) from fault
    with torch.device("meta"):
        expected = {key: tensor.shape for key, tensor in architecture(config)(config).state_dict().items()}
    wrong = None
    if not isinstance(tensors, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in tensors.values()):
        wrong = "there is no table of tensors"
    else:
        tensors = {key: tensor for key, tensor in tensors.items() if key in expected or not DISPENSABLE.search(key)}
        missing = [key for key in expected if key not in tensors and not DISPENSABLE.search(key)]
        foreign = [key for key in tensors if key not in expected]
        shaped = [key for key in tensors if key in expected and tensors[key].shape != expected[key]]
        for fault, keys in (("is missing", missing), ("is unknown", foreign), ("has another shape", shaped)):
            if keys:
                wrong = f"{shown(keys[0])} {fault}"
    if wrong:
        raise InputError(
            f"Pickled weights must have the tensors that their config describes; in {file.name}, {wrong}. "
            "Download it again, or choose another model."
        )
    save_file({key: tensor.clone().contiguous() for key, tensor in tensors.items()}, target, {"format": "pt"})
