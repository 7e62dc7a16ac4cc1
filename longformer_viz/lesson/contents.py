"""How each chapter of the table of contents is made."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from longformer_viz.lesson.chapter import Chapter
from longformer_viz.lesson.chapter_models import chapter_model
from longformer_viz.lesson.chapters.choosing import deciding
from longformer_viz.lesson.chapters.cost import growing
from longformer_viz.lesson.chapters.depth import widening
from longformer_viz.lesson.chapters.full_attention import scores_to_values, why_512
from longformer_viz.lesson.chapters.global_tokens import connecting, one_softmax
from longformer_viz.lesson.chapters.losses import losing
from longformer_viz.lesson.chapters.rivals import comparing
from longformer_viz.lesson.chapters.tasks import two_tasks
from longformer_viz.lesson.chapters.window import dilated, sliding
from longformer_viz.lesson.entries import LANGUAGE, entry_of
from longformer_viz.models.loading import LoadedModel

# A chapter whose entry has a task is made from the model for this task.
_MAKERS: Mapping[str, Callable[..., Chapter]] = MappingProxyType(
    {
        "why": why_512,
        "scores": scores_to_values,
        "window": sliding,
        "dilation": dilated,
        "global": connecting,
        "softmax": one_softmax,
        "reach": widening,
        "cost": growing,
        "tasks": two_tasks,
        "losses": losing,
        "rivals": comparing,
        "choose": deciding,
    }
)


def make_chapter(
    slug: str,
    model_for: Callable[[str], LoadedModel] = chapter_model,
    progress: Callable[[float], None] | None = None,
) -> Chapter:
    """Make a chapter: its numbers are computed, or come from a run of a model.

    Args:
        slug: Its name.
        model_for: Returns the model for a task.
        progress: Called with the fraction done.

    Raises:
        InputError: If there is no such chapter, or its model cannot be loaded.
    """
    task, make = entry_of(slug).task, _MAKERS[slug]
    if task is None:
        return make()
    return make(model_for(task), progress) if task == LANGUAGE else make(model_for(task))
