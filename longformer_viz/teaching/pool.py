"""The pool of templates, and the twelve questions before and after the lesson."""

from dataclasses import dataclass
from random import Random

from longformer_viz.teaching.question import Question
from longformer_viz.teaching.template import Template, draw
from longformer_viz.teaching.templates import cost, global_tokens, reach, rivals, weights, window

_FILES = (weights, window, global_tokens, reach, cost, rivals)
TOPICS = tuple(file.TOPIC for file in _FILES)
POOL: tuple[Template, ...] = tuple(template for file in _FILES for template in file.TEMPLATES)
QUESTIONS_PER_TOPIC = 2


@dataclass(frozen=True, slots=True)
class Check:
    """The questions before and after the lesson: the same templates with different numbers.

    Attributes:
        before: Two questions of each topic.
        after: A question from the template of each one in `before`, in the same order.
    """

    before: tuple[Question, ...]
    after: tuple[Question, ...]


def draw_check(seed: int) -> Check:
    """Draw the questions before and after the lesson.

    Args:
        seed: The same seed gives the same questions.
    """
    templates = draw_templates(seed, QUESTIONS_PER_TOPIC)
    before = tuple(draw(template, seed) for template in templates)
    return Check(
        before,
        tuple(_other_numbers(template, question) for template, question in zip(templates, before, strict=True)),
    )


def draw_templates(seed: int, per_topic: int) -> tuple[Template, ...]:
    """Draw some templates of each topic, in the order of the topics.

    Args:
        seed: The same seed gives the same templates.
        per_topic: Number of templates of each topic.
    """
    random = Random(f"templates {seed}")
    return tuple(
        template
        for topic in TOPICS
        for template in random.sample([one for one in POOL if one.topic == topic], per_topic)
    )


def _other_numbers(template: Template, question: Question) -> Question:
    """Return a question of the same template with different numbers."""
    random = Random(f"after {question.text}")
    while (other := draw(template, random.randrange(2**31))).text == question.text:
        pass
    return other
