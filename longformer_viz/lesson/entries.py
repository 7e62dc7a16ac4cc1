"""The table of contents as data: every chapter in order, known without loading a model."""

from dataclasses import dataclass

from longformer_viz.spec import InputError, shown

QA, LANGUAGE = "qa", "language"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the table of contents.

    Attributes:
        slug: The chapter's name in an address.
        title: Its title.
        steps: Number of its steps.
        task: What it needs a model for: None for no model, "qa" for questions, "language" for the built-in language
            model.
    """

    slug: str
    title: str
    steps: int
    task: str | None = None


ENTRIES = (
    Entry("why", "Why 512 tokens?", 4),
    Entry("scores", "Scores, softmax, values", 5),
    Entry("window", "The sliding window", 5),
    Entry("dilation", "Dilation", 4),
    Entry("global", "Global tokens", 3, QA),
    Entry("softmax", "One softmax, two projections", 4),
    Entry("reach", "Layers and reach", 4),
    Entry("cost", "What it costs", 3),
    Entry("tasks", "Two tasks", 3, QA),
    Entry("losses", "What a window loses", 4, LANGUAGE),
    Entry("rivals", "Longformer’s rivals", 3),
    Entry("choose", "Which to use when", 2),
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
        raise InputError(f"A chapter must be one of {', '.join(SLUGS)}. You entered {shown(slug)}. Try {SLUGS[0]}.")
    return ENTRIES[SLUGS.index(slug)]
