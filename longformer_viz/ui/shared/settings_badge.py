"""The badge that compares a run's settings with those that the weights were trained with."""

from collections.abc import Sequence

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import LayerSpec
from longformer_viz.ui.shared.key_figures import Badge

USUAL_GLOBALS = (0,)
"""Global tokens of a document by default, and in training. A question's tokens are global as well."""

_TRAINED = ":blue-badge[trained with this pattern]"


def settings_badge(model: LoadedModel, layers: Sequence[LayerSpec], positions: Sequence[int]) -> Badge:
    """Return whether the weights were trained with these settings, as far as that is known.

    Only of the built-in task models is it known. A model converted from BERT and the like was trained with full
    attention; of another checkpoint the configuration tells the window alone.

    Args:
        model: The model that runs.
        layers: Window and dilations of each layer.
        positions: Global tokens of the document.
    """
    if model.reaches is not None:
        kinds = " and ".join(sorted({reach.label for reach in model.reaches}))
        meaning = f"Each layer runs as the model was trained: {kinds}. Compare shows other patterns on this run."
        notes = sorted({reach.note for reach in model.reaches} - {""})
        return Badge(_TRAINED, " ".join((meaning, *notes)))
    changed = changed_settings(model, layers, positions)
    if changed:
        return Badge(
            ":orange-badge[same weights, other pattern]",
            f"Changed from the default settings: {', '.join(changed)}. The weights were not trained for that, so "
            "results may be worse than those of a model trained this way.",
        )
    if model.task is not None:
        meaning = "The model was trained with this window and dilation, and with these global tokens."
        return Badge(_TRAINED, meaning)
    if getattr(model.model.config, "converted_from", None):
        return Badge(
            ":orange-badge[converted from full attention]",
            "This model was trained with full attention on short texts, then converted to a Longformer without "
            "training on long ones.",
        )
    return Badge(_TRAINED, "The checkpoint's configuration names this window.")


def changed_settings(model: LoadedModel, layers: Sequence[LayerSpec], positions: Sequence[int]) -> tuple[str, ...]:
    """Return which of window, dilation and global tokens differ from the model's default settings.

    Args:
        model: The model.
        layers: Window and dilations of each layer.
        positions: Global tokens of the document.

    Returns:
        The names of the settings that differ.
    """
    changed = {
        "window": tuple(layer.window for layer in layers) != tuple(model.windows),
        "dilation": any(set(layer.dilations) != {1} for layer in layers),
        "global tokens": set(positions) != set(USUAL_GLOBALS),
    }
    return tuple(name for name, is_changed in changed.items() if is_changed)
