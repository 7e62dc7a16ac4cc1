"""From the embedded default to its shipped task models and back, so that one `load()` serves all tasks."""

from functools import lru_cache

from longformer_viz.models.embedded import NAME
from longformer_viz.models.loading import LoadedModel, load


def is_built_in(model: LoadedModel) -> bool:
    """Whether this is the built-in default, or one of its task models."""
    return model.name.startswith(NAME)


def sibling(model: LoadedModel, task: str | None) -> LoadedModel:
    """The default's model for a task (None: the base) on the device and in the type of `model`.

    A model that is not the embedded default has no siblings and comes back as it is.
    """
    if model.task == task or not is_built_in(model):
        return model
    return _loaded(task, str(model.device), str(model.dtype).removeprefix("torch."))


@lru_cache(maxsize=4)
def _loaded(task: str | None, device: str, dtype: str) -> LoadedModel:
    return load(task=task, device=device, dtype=dtype)
