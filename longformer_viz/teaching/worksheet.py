"""A worksheet: bands to draw, questions to calculate, and questions to explain, drawn from one seed."""

from dataclasses import dataclass
from random import Random

from longformer_viz.checks import check_whole
from longformer_viz.patterns.longformer import LongformerPattern, one_head_pattern
from longformer_viz.teaching.pool import TOPICS, draw_templates
from longformer_viz.teaching.question import Question
from longformer_viz.teaching.template import draw

GRID_TOKENS = 10
QUESTIONS = 8
MOST_SEED = 999_999


@dataclass(frozen=True, slots=True)
class BandTask:
    """A pattern to draw into an empty grid.

    Attributes:
        text: The task.
        pattern: The pattern of one layer with one head.
    """

    text: str
    pattern: LongformerPattern

    @property
    def pairs(self) -> int:
        """Number of pairs in the grid."""
        return self.pattern.count_pairs(GRID_TOKENS)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that is answered in one or two sentences.

    Attributes:
        text: The question.
        answer: A good answer.
    """

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet with its solutions.

    Attributes:
        seed: It was drawn from.
        bands: Patterns to draw.
        questions: Questions of the pool.
        open_questions: Questions to answer in sentences.
    """

    seed: int
    bands: tuple[BandTask, ...]
    questions: tuple[Question, ...]
    open_questions: tuple[OpenQuestion, ...]


OPEN_QUESTIONS = (
    OpenQuestion(
        "Each token attends only to its window. Why can distant tokens still influence each other?",
        "Layers are stacked. A token passes on what it received in the layer below, so each layer adds half of the "
        "window on each side. A global token connects all tokens in two layers.",
    ),
    OpenQuestion(
        "Name a task for which chunks are enough, and one that needs a connection across the whole document.",
        "Chunks are enough where the answer is in one passage, for example a date. A connection is needed where "
        "distant passages are combined, for example to compare two clauses of a contract.",
    ),
)


def draw_worksheet(seed: int) -> Worksheet:
    """Draw a worksheet.

    Args:
        seed: The same seed gives the same worksheet.

    Raises:
        InputError: The seed is no whole number from 0 to 999,999.
    """
    check_whole(seed, "Seed", 0, MOST_SEED, 1)
    templates = draw_templates(seed, 2)
    # One question of each topic, then the second one of some topics.
    second = sorted(Random(f"second {seed}").sample(range(len(TOPICS)), QUESTIONS - len(TOPICS)))
    chosen = sorted([*range(0, len(templates), 2), *(2 * topic + 1 for topic in second)])
    questions = tuple(draw(templates[index], seed) for index in chosen)
    return Worksheet(seed, _bands(Random(f"bands {seed}")), questions, OPEN_QUESTIONS)


def _bands(random: Random) -> tuple[BandTask, ...]:
    window, narrow = 2 * random.randint(1, 3), 2 * random.randint(1, 2)
    dilation, position = random.randint(2, 3), random.randint(0, GRID_TOKENS - 1)
    return (
        BandTask(f"Window {window}", one_head_pattern(window)),
        BandTask(f"Window {narrow}, dilation {dilation}", one_head_pattern(narrow, dilation)),
        BandTask(f"Window {narrow}, token {position} is global", one_head_pattern(narrow, 1, (position,))),
    )
