"""The built-in default in the place of the built-in language model, which only test_losses runs."""

from longformer_viz.lesson.entries import LANGUAGE
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import stored_model


def default_for(task: str) -> LoadedModel:
    """The model of a chapter, as `make_chapter` asks for it."""
    return stored_model() if task == LANGUAGE else stored_model(task=task)
