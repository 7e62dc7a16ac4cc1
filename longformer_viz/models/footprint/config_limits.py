"""Limits on what a checkpoint's folder may hold: plain files only, and a config of a size that some model has."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longformer_viz.paths import read_regular, unreadable_in
from longformer_viz.spec import InputError, is_whole, shown

INDEX = "model.safetensors.index.json"
MOST_INDEX_BYTES = 100_000_000
MOST_CONFIG_BYTES = 10_000_000
_LIMITS = (
    (re.compile(r"layer|block|depth"), "layers", 1_000),
    (re.compile(r"head"), "heads", 10_000),
    (re.compile(r"expert"), "experts", 4_096),
    (re.compile(r"label"), "labels", 100_000),
    (re.compile(r"position|length|len$|n_ctx"), "positions", 10_000_000),
    (re.compile(r""), "", 10**12),
)
_WEIGHTS = re.compile(r"[\w.-]+\.safetensors")
_MOST_MODULES = 100_000  # Layers times experts.
_NOT_COUNTED = ("_id", "block_size", "layer_norm", "block_length")


def check_folder(folder: Path, name: str) -> None:
    """Check that a folder has no pipe, device or socket, which a reader would wait for.

    Args:
        folder: The checkpoint's folder.
        name: The model's name, for the error.

    Raises:
        InputError: It has one, or cannot be listed.
    """
    try:
        found = unreadable_in(folder)
    except OSError as fault:
        raise InputError(
            f"A model's folder must be readable; {shown(name)} is not. Check its permissions."
        ) from fault
    if found is not None:
        raise InputError(
            f"A model's folder must have plain files only; in {shown(name)}, {shown(found)} is a pipe or a device. "
            "Remove it."
        )
    if not (folder / "model.safetensors").is_file() and (folder / INDEX).is_file():
        _check_index(folder, name)


def _check_index(folder: Path, name: str) -> None:
    """Check that a list of weight files names safetensors in the same folder: others are unpickled, or elsewhere."""
    try:
        files = set(json.loads(read_regular(folder / INDEX, MOST_INDEX_BYTES, INDEX))["weight_map"].values())
        is_right = all(_WEIGHTS.fullmatch(file) for file in files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_right = False
    if not is_right:
        raise InputError(
            f"{INDEX} must list safetensors files of its own folder; that of {shown(name)} does not. "
            "Save the model again with save_pretrained."
        )


def read_config(folder: Path, name: str) -> dict[str, Any]:
    """Read a checkpoint's config, and check that it names its family and that its numbers are possible.

    Args:
        folder: The checkpoint's folder.
        name: The model's name, for the error.

    Returns:
        The config as it is written.

    Raises:
        InputError: It is missing, damaged, or describes a model that cannot exist.
    """
    try:
        raw = json.loads(read_regular(folder / "config.json", MOST_CONFIG_BYTES, "config.json").decode("utf-8"))
        raw["model_type"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise InputError(
            f"A model's folder must contain a config.json that names its model_type; {shown(name)} does not. "
            "Save it with save_pretrained."
        ) from fault
    _check_attention(raw, name)
    layers = experts = 1
    for key, number in _numbers(raw):
        what, most = next((what, most) for pattern, what, most in _LIMITS if pattern.search(key))
        if abs(number) > most and not key.endswith(_NOT_COUNTED):
            raise InputError(
                f"A model may have at most {most:,} {what}; the config of {shown(name)} has {shown(key)}: "
                f"{shown(number)}. Correct its config.json, or choose another model."
            )
        layers = max(layers, number) if what == "layers" and key.endswith(("layers", "layer")) else layers
        experts = max(experts, number) if what == "experts" else experts
    if layers * experts > _MOST_MODULES:
        raise InputError(
            f"A model may have at most {_MOST_MODULES:,} experts in all layers; the config of {shown(name)} has "
            f"{layers * experts:,}. Correct its config.json, or choose another model."
        )
    return raw


def _check_attention(values: Mapping[str, Any], name: str) -> None:
    """Check that a config and its parts name no attention of the hub, which would be code from there."""
    for key, value in values.items():
        if key.endswith("attn_implementation") and "/" in str(value):
            raise InputError(
                f"A model's attention must be one of transformers; {shown(name)} names {shown(value)}, whose code is "
                "never run. Remove it from config.json."
            )
        if isinstance(value, dict):
            _check_attention(value, name)


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the numbers of a config by their keys, those of its parts as well."""
    for key, value in values.items():
        if is_whole(value):
            yield key, value
        elif isinstance(value, dict) and key not in ("id2label", "label2id"):
            yield from _numbers(value)
