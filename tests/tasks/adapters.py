"""Untrained adapters of the default model, whole in every other way: for tests before and beside the shipped ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from longformer_viz.models import adapters
from longformer_viz.models.adapters import head_for
from longformer_viz.models.disk_cache import SETTING
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.store import clear_store
from longformer_viz.training.loop.adapter_files import save_adapter
from longformer_viz.training.loop.fine_tuning import adapted
from longformer_viz.training.loop.recipe import Recipe

TOPICS = ("harbours", "mills", "quarries")


def untrained(folder: Path, labels: tuple[str, ...] | None, task: str, seed: int = 0) -> Path:
    """An adapter's folder with random weights, large enough to be seen in the output; its calibration is made up."""
    settings = {"task": task, "labels": list(labels) if labels else None}
    if not labels:
        settings["calibration"] = {"none_slope": 0.5, "none_bias": 1.0, "temperature": 2.0}
    model = adapted(head_for(settings, embedded_folder()), Recipe(rank=2, seed=seed))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                weight.normal_(0, 0.3 if "modules_to_save" in name else 0.05, generator=generator)
    save_adapter(model, folder)
    (folder / "task.json").write_text(json.dumps(settings))
    return folder


def use_own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep merged adapters in `folder`, in which the embedded default lies already."""
    base = embedded_folder()
    folder.mkdir(exist_ok=True)
    (folder / base.name).symlink_to(base)
    monkeypatch.setenv(SETTING, str(folder))


@contextmanager
def shipping(folder: Path) -> Iterator[None]:
    """As if the adapters in `folder` were the shipped ones; merged beside them."""
    with pytest.MonkeyPatch.context() as patch:
        use_own_cache(folder / "cache", patch)
        patch.setattr(adapters, "adapter_folder", lambda task: folder / task)
        clear_store()
        try:
            yield
        finally:
            clear_store()
