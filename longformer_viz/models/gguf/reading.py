"""Read a model and its tokenizer from a GGUF file, through transformers, as float32."""

import importlib.util
from pathlib import Path

import torch
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from longformer_viz.models.footprint.prediction import check_fits, gguf_weights
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.spec import InputError, shown

PACKAGE = "gguf"
VERSION = "0.19.0"
_MAGIC = b"GGUF"


def is_gguf(name: str) -> bool:
    """Return whether a model's name is a GGUF file on this machine.

    Args:
        name: What was given as a model.
    """
    try:
        return name.lower().endswith(".gguf") and Path(name).expanduser().is_file()
    except (OSError, RuntimeError, ValueError):  # The path is too long, has a NUL, or names an unknown user's home.
        return False


def read_gguf(file: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Read a model with dequantized weights, and its tokenizer.

    Args:
        file: The GGUF file.

    Raises:
        InputError: If the package gguf is missing, the file is damaged, or transformers cannot read its architecture
            or quantization, or the model does not fit in memory.
    """
    check_readable(file)
    check_fits(file.name, gguf_weights(file))
    source = {"gguf_file": file.name, "local_files_only": True}
    try:
        config = call_alone(AutoConfig.from_pretrained, file.parent, **source)
        auto = _auto_class(config)
        model = call_alone(auto.from_pretrained, file.parent, config=config, dtype=torch.float32, **source)
        tokenizer = call_alone(AutoTokenizer.from_pretrained, file.parent, **source)
    except Exception as fault:  # A damaged file may raise any error.
        raise InputError(
            "A GGUF file must be intact and have an architecture and quantization that transformers can read; "
            f"{shown(file.name)} does not: {_reason_of(fault)}. Try a file quantized as Q8_0, Q4_0 or Q4_K, or "
            "download it again."
        ) from fault
    return _unmarked(model), tokenizer


def _reason_of(fault: Exception) -> str:
    lines = str(fault).strip().splitlines() or ["no reason is given"]
    return "".join(each if each.isprintable() else " " for each in lines[0][:200]).rstrip(" .:")


def _unmarked(model: PreTrainedModel) -> PreTrainedModel:
    """Return the model without transformers' mark that it is quantized: its weights are plain float32."""
    for owner, name in (
        (model, "hf_quantizer"),
        (model, "quantization_method"),
        (model.config, "quantization_config"),
    ):
        if hasattr(owner, name):
            delattr(owner, name)
    model.is_quantized = False  # pyright: ignore[reportArgumentType]
    return model


def check_package(file_name: str) -> None:
    """Check that the package gguf is installed.

    Args:
        file_name: The file that is to be read, for the error.

    Raises:
        InputError: If the package is missing.
    """
    if importlib.util.find_spec(PACKAGE) is None:
        raise InputError(
            f"Reading {shown(file_name)} needs the package {PACKAGE}, which is not installed. "
            f"Run: pip install {PACKAGE}=={VERSION}"
        )


def check_readable(file: Path) -> None:
    """Check that the package gguf is installed and that a `file` is GGUF.

    Raises:
        InputError: If the package is missing, or the file is not GGUF.
    """
    check_package(file.name)
    try:
        with file.open("rb") as opened:
            start = opened.read(4)
    except OSError as fault:
        raise InputError(
            f"A GGUF file must be readable; {shown(file.name)}: {fault.strerror}. Check its permissions."
        ) from fault
    if start != _MAGIC:
        raise InputError(
            f"A GGUF file must begin with the letters GGUF; {shown(file.name)} begins with {shown(start)}. "
            "Download it again."
        )


def _auto_class(config: PreTrainedConfig) -> type[AutoModelForCausalLM] | type[AutoModel]:
    """Return the class that keeps the head for next tokens, where the family has one."""
    return AutoModelForCausalLM if type(config) in AutoModelForCausalLM._model_mapping else AutoModel
