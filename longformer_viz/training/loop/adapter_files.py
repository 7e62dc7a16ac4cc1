"""Adapters on disk. A file is written completely or not at all."""

import json
from pathlib import Path

from peft import PeftModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from longformer_viz.models.storage.files import write_whole


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
