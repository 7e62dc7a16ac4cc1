"""The badge that says how a run's settings relate to those that the weights were trained with."""

from collections.abc import Sequence

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import LayerSpec

USUAL_GLOBALS = (0,)
"""Global tokens of a document by default, and in training. A question's tokens are global as well."""


def settings_badge(model: LoadedModel, layers: Sequence[LayerSpec], positions: Sequence[int]) -> str:
    """Return a badge that says whether the weights were trained with these settings, as far as that is known.

    It is known only of the built-in task models. A model converted from BERT or a similar model was trained with full
    attention. Of another checkpoint, the configuration gives only the window.

    Args:
        model: The model that runs.
        layers: Window and dilations of each layer.
        positions: Global tokens of the document.
    """
    changed = changed_settings(model, layers, positions)
    if changed:
        return f":orange-badge[same weights, other pattern: {', '.join(changed)}]"
    if model.task is not None:
        return ":blue-badge[trained with these settings]"
    if getattr(model.model.config, "converted_from", None):
        return ":orange-badge[converted from full attention]"
    return ":blue-badge[trained with this window]"


def changed_settings(model: LoadedModel, layers: Sequence[LayerSpec], positions: Sequence[int]) -> tuple[str, ...]:
    """Return which of window, dilation and global tokens differ from the model's default settings."""
    changed = {
        "window": tuple(layer.window for layer in layers) != tuple(model.windows),
        "dilation": any(set(layer.dilations) != {1} for layer in layers),
        "global tokens": set(positions) != set(USUAL_GLOBALS),
    }
    return tuple(name for name, is_changed in changed.items() if is_changed)
