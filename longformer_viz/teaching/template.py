"""Templates: questions whose numbers are drawn anew, with answers that the library computes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from longformer_viz.teaching.question import Claim, Question

CHOICES = 4
_LEAST_WRONG_CHOICES = 2
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before its mistakes are checked.

    Attributes:
        text: The question.
        truth: The right answer, computed by the library.
        candidates: Typical mistakes, the most typical first. With some numbers a mistake gives the right answer or
            the same value as another one; it is then left out.
        drawn: The drawn numbers by name.
    """

    text: str
    truth: Claim
    candidates: tuple[Claim, ...]
    drawn: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of question.

    Attributes:
        name: Unique among all templates.
        topic: One of `TOPICS`.
        draft: Draws the numbers and computes the answers.
        unit: Of the number that the reader enters; empty where the reader chooses.
    """

    name: str
    topic: str
    draft: Callable[[Random], Draft]
    unit: str = ""


def draw(template: Template, seed: int) -> Question:
    """Draw a question.

    Args:
        template: The kind of question.
        seed: The same seed gives the same question.

    Raises:
        RuntimeError: No drawn numbers separate the mistakes from the right answer, which is a fault of the template.
    """
    least = 1 if template.unit else _LEAST_WRONG_CHOICES
    for draft in _drafts(template, seed):
        mistakes = _distinct(draft)[: CHOICES - 1]
        if len(mistakes) >= least:
            return Question(
                template.name,
                template.topic,
                draft.text,
                draft.truth,
                mistakes,
                () if template.unit else _ordered(draft.truth, mistakes, seed),
                template.unit,
                tuple(draft.drawn.items()),
            )
    raise RuntimeError(f"The template {template.name} has too few mistakes that differ from its answer.")


def _drafts(template: Template, seed: int) -> Iterator[Draft]:
    for attempt in range(_DRAWS):
        yield template.draft(Random(f"{template.name} {seed} {attempt}"))


def _distinct(draft: Draft) -> tuple[Claim, ...]:
    claims = {draft.truth.value: draft.truth}
    for candidate in draft.candidates:
        claims.setdefault(candidate.value, candidate)
    return tuple(claims.values())[1:]


def _ordered(truth: Claim, mistakes: tuple[Claim, ...], seed: int) -> tuple[Claim, ...]:
    choices = [truth, *mistakes]
    Random(f"{truth.text} {seed}").shuffle(choices)
    if all(isinstance(choice.value, int) for choice in choices):
        choices.sort(key=lambda choice: int(choice.value))
    return tuple(choices)
