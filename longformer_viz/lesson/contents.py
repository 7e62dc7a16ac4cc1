"""The table of contents: every chapter in order, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass

from longformer_viz.lesson.chapter import Chapter
from longformer_viz.lesson.chapters.choosing import deciding
from longformer_viz.lesson.chapters.cost import growing
from longformer_viz.lesson.chapters.depth import widening
from longformer_viz.lesson.chapters.full_attention import scores_to_values, why_512
from longformer_viz.lesson.chapters.global_tokens import connecting, one_softmax
from longformer_viz.lesson.chapters.losses import losing
from longformer_viz.lesson.chapters.rivals import comparing
from longformer_viz.lesson.chapters.tasks import two_tasks
from longformer_viz.lesson.chapters.window import dilated, sliding
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import InputError, shown

QA = "qa"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the table of contents.

    Attributes:
        slug: The chapter's name in an address.
        title: Its title.
        steps: Number of its steps.
        make: Makes the chapter; with `task`, from the built-in model for this task.
        task: What it needs of the built-in model: None for no model, "" for no task.
    """

    slug: str
    title: str
    steps: int
    make: Callable[..., Chapter]
    task: str | None = None


ENTRIES = (
    Entry("why", "Why 512 tokens?", 4, why_512),
    Entry("scores", "Scores, softmax, values", 5, scores_to_values),
    Entry("window", "The sliding window", 5, sliding),
    Entry("dilation", "Dilation", 4, dilated),
    Entry("global", "Global tokens", 3, connecting, QA),
    Entry("softmax", "One softmax, two projections", 4, one_softmax),
    Entry("reach", "Layers and reach", 4, widening),
    Entry("cost", "What it costs", 3, growing),
    Entry("tasks", "Two tasks", 3, two_tasks, QA),
    Entry("losses", "What a window loses", 4, losing, ""),
    Entry("rivals", "Longformer’s rivals", 3, comparing),
    Entry("choose", "Which to use when", 2, deciding),
)
SLUGS = tuple(entry.slug for entry in ENTRIES)


def entry_of(slug: str) -> Entry:
    """Return the entry of a chapter.

    Args:
        slug: Its name.

    Raises:
        InputError: If there is no such chapter.
    """
    if slug not in SLUGS:
        raise InputError(f"A chapter must be one of {', '.join(SLUGS)}; got {shown(slug)}. Try {SLUGS[0]}.")
    return ENTRIES[SLUGS.index(slug)]


def make_chapter(slug: str, model_for: Callable[[str | None], LoadedModel]) -> Chapter:
    """Make a chapter: its numbers are computed, or come from a run of the built-in model.

    Args:
        slug: Its name.
        model_for: Returns the built-in model for a task; None stands for no task.

    Raises:
        InputError: If there is no such chapter, or its model cannot be loaded.
    """
    entry = entry_of(slug)
    return entry.make() if entry.task is None else entry.make(model_for(entry.task or None))
