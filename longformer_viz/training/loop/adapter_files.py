"""Adapters on disk. A file is written completely or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from peft import PeftModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


def save_adapter(model: PeftModel, folder: Path) -> None:
    """Save adapter and head in half precision, in peft's format, without any path of this machine.

    Args:
        model: The trained model.
        folder: Folder for the adapter's files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(folder))
    file = folder / "adapter_model.safetensors"
    with safe_open(file, "pt") as opened:
        tensors: dict[str, Tensor] = {name: opened.get_tensor(name).half() for name in opened.keys()}  # noqa: SIM118
    write_whole(file, lambda path: save_file(tensors, path, {"format": "pt"}))
    settings = json.loads((folder / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = None
    (folder / "adapter_config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    (folder / "README.md").unlink(missing_ok=True)  # peft writes an empty model card.


def write_whole(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name and rename it, so that an interruption leaves no partial file.

    Args:
        file: The file to write.
        write: Writes the content to the path it is given.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        write(fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
