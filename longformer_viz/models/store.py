"""The one store of loaded models: everything in this process that needs the same model shares it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from longformer_viz.models.devices import check_device
from longformer_viz.models.loading import LoadedModel, check_loaded, load

_MOST_MODELS = 6  # The built-in model and its three task models, and two others.


@dataclass(frozen=True, slots=True)
class _Key:
    """The settings that distinguish stored models."""

    name: str | None
    task: str | None
    device: str
    dtype: str


@dataclass(eq=False, slots=True)
class _Entry:
    """An entry of the store. Its lock is taken while the model is loaded."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    model: LoadedModel | None = None


_entries: OrderedDict[_Key, _Entry] = OrderedDict()  # The least recently used first.
_changing = threading.Lock()  # Taken while `_entries` changes, never while a model is loaded.


def stored_model(
    name: str | None = None,
    *,
    task: str | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    download: bool = True,
) -> LoadedModel:
    """Return the shared model, loaded on first use. At most six are kept.

    Args:
        name: As for `load`.
        task: As for `load`.
        device: As for `load`.
        dtype: As for `load`.
        download: As for `load`.

    Raises:
        InputError: As `load` does.
    """
    key = _key(name, task, device, dtype)
    with _changing:
        entry = _entries.setdefault(key, _Entry())
        _entries.move_to_end(key)
    with entry.lock:
        if entry.model is None:
            try:
                entry.model = load(name, task=task, device=device, dtype=dtype, download=download)
            except Exception:
                _forget(key, entry)
                raise
            _forget_the_oldest()
        return entry.model


def is_stored(
    name: str | None = None, *, task: str | None = None, device: str = "cpu", dtype: str = "float32"
) -> bool:
    """Return whether `stored_model` would return at once.

    Args:
        name: As for `load`.
        task: As for `load`.
        device: As for `load`.
        dtype: As for `load`.

    Raises:
        InputError: If this machine does not have the device.
    """
    entry = _entries.get(_key(name, task, device, dtype))
    return entry is not None and entry.model is not None


def stored_names() -> tuple[str, ...]:
    """Return the names of the models in memory; of built-in ones the task, device and number format."""
    with _changing:
        stored = [(key, entry.model) for key, entry in _entries.items()]
    return tuple(
        f"built-in, {key.task or 'no task'}, {key.device}, {key.dtype}" if key.name is None else key.name
        for key, model in stored
        if model is not None
    )


def stored_arguments(model: LoadedModel) -> tuple[str | None, str | None, str, str] | None:
    """Return the name, task, device and number format that `stored_model` returns a `model` for; None for no such."""
    with _changing:
        for key, entry in _entries.items():
            if entry.model is model:
                return key.name, key.task, str(model.device), key.dtype
    return None


def model_for_task(model: LoadedModel, task: str | None) -> LoadedModel:
    """Return the built-in model for another task, on the same device and with the same number format.

    Args:
        model: The built-in model or one of its task models. Any other model is returned as it is.
        task: "qa", "topics" or "sentiment"; None for the built-in model without a task.

    Raises:
        InputError: If the task is unknown, or its adapter is damaged.
    """
    if not check_loaded(model).is_built_in or model.task == task:
        return model
    return stored_model(task=task, device=str(model.device), dtype=str(model.dtype).removeprefix("torch."))


def clear_store() -> None:
    """Forget every model, so that the next use loads it again."""
    with _changing:
        _entries.clear()


def _key(name: str | None, task: str | None, device: str, dtype: str) -> _Key:
    target = check_device(device)
    return _Key(name, task, f"{target.type}:{target.index or 0}", dtype)


def _forget(key: _Key, entry: _Entry) -> None:
    with _changing:
        if _entries.get(key) is entry:
            del _entries[key]


def _forget_the_oldest() -> None:
    with _changing:
        while len(_entries) > _MOST_MODELS:
            _entries.popitem(last=False)
