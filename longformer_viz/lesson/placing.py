"""The live run that judges the learner's global tokens: a short text, a question, and a narrow window."""

from dataclasses import dataclass

from longformer_viz.lesson.predictions import PlaceGlobals, checked_positions
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.answering import answer, tokenized_question
from longformer_viz.tasks.qa_input import Pair, joined_pair

QUESTION = "When was the mill rebuilt?"
RIGHT = "1910"
DOCUMENT = (
    "The old mill burned in 1902. The owners rebuilt it in 1910 with a taller tower. Since then a baker has rented "
    "the ground floor, and two families live above it. Last spring the town bought the building for a museum. The "
    "museum opens in May."
)
WINDOW = 16
MOST = 9


@dataclass(frozen=True, slots=True)
class Placed:
    """What the answer did with the learner's global tokens.

    Attributes:
        answer: The best answer.
        probability: Its probability, 0 to 1.
        right: Whether it is right.
        reason: Why, in one or two sentences.
    """

    answer: str
    probability: float
    right: bool
    reason: str


def _pair(model: LoadedModel) -> Pair:
    return joined_pair(model, tokenized_question(model, QUESTION), model.tokenize(DOCUMENT))


def question_positions(model: LoadedModel) -> tuple[int, ...]:
    """Return the positions that a Longformer makes global for a question: `[CLS]` and the question's tokens."""
    return tuple(range(_pair(model).global_count))


def pieces(model: LoadedModel) -> tuple[str, ...]:
    """Return the tokens of question and document, each with the space before it."""
    tokens = _pair(model).tokens
    shown = []
    end = -1  # Of the token before; a special token has no place in the text.
    for (start, stop), piece in zip(tokens.offsets, tokens.pieces, strict=True):
        is_special = start == stop
        shown.append((" " if is_special or start != end else "") + (piece if is_special else tokens.text[start:stop]))
        end = -1 if is_special else stop
    return tuple(shown)


def prediction(model: LoadedModel) -> PlaceGlobals:
    """Return the prediction that a run with the learner's choice judges."""
    return PlaceGlobals(
        f"The window is {WINDOW}. Click the tokens that should be global, so that the model finds the answer.",
        pieces(model),
        MOST,
    )


def place(model: LoadedModel, chosen: list[object]) -> Placed:
    """Run the model with the learner's global tokens.

    Args:
        model: The built-in model for questions.
        chosen: Positions in the sequence of question and document, as the browser sent them.

    Raises:
        InputError: If a position is not in the text, or there are too many.
    """
    positions = checked_positions(chosen, prediction(model))
    found = answer(
        model, QUESTION, DOCUMENT, AttentionSpec(WINDOW, 1, ()), question_global=False, pair_globals=positions
    )
    best = found[0]
    right = best.text.strip(" .") == RIGHT
    return Placed(best.text, best.probability, right, _reason(model, positions, right))


def _reason(model: LoadedModel, positions: tuple[int, ...], right: bool) -> str:
    asked = set(question_positions(model)) - {0}
    chosen = asked & set(positions)
    if right and chosen:
        return (
            "The global question tokens attend to every token of the document in each layer, so they can be compared."
        )
    if right:
        return "The model finds the answer with these tokens. The usual choice, the question itself, is safer."
    if not positions:
        return f"Without global tokens, the question attends only to the {WINDOW // 2} tokens after it in each layer."
    if not chosen:
        return "No token of the question is global, so the question cannot attend to a distant answer in one layer."
    return f"Only {len(chosen)} of the {len(asked)} question tokens are global. What the others ask stays local."
