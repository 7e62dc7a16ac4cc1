"""The models that chapters of the lesson run."""

from longformer_viz.lesson.entries import LANGUAGE
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import stored_model
from longformer_viz.spec import InputError


def chapter_model(task: str) -> LoadedModel:
    """Return the shared model of a chapter.

    Nothing is downloaded, because the lesson works offline: where the built-in language model is not on this machine,
    the built-in default takes its place.

    Args:
        task: "language" for the built-in language model, otherwise a task of the built-in default.

    Raises:
        InputError: If the model cannot be loaded.
    """
    if task != LANGUAGE:
        return stored_model(task=task)
    try:
        return stored_model(SMOLLM2, download=False)
    except InputError:
        return stored_model()
