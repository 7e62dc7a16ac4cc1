"""What a learner predicts before a step is revealed: four kinds, each with the reason for each wrong answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.spec import InputError, is_whole, shown


@dataclass(frozen=True, slots=True)
class DrawBand:
    """Paint the keys that one query may attend to.

    Attributes:
        question: What is asked.
        tokens: The document's tokens.
        query: Position of the query.
        codes: For each key the letter of its kind, as in a `Matrix`; "." where the pattern forbids the pair.
        why: For each key the name of the reason, a key of `reasons`.
        reasons: What is said once for all wrong cells with the same reason.
    """

    kind = "band"
    question: str
    tokens: tuple[str, ...]
    query: int
    codes: str
    why: tuple[str, ...]
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Trap:
    """A wrong estimate that a known mistake leads to.

    Attributes:
        value: The estimate.
        reason: What is said about the mistake.
    """

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate a number on a logarithmic slider.

    Attributes:
        question: What is asked.
        unit: What the number counts, such as "pairs".
        low: The lowest estimate.
        high: The highest estimate.
        truth: The number.
        said: The number in words.
        factor: An estimate is right within this factor of the truth.
        too_low: What is said of a lower estimate.
        too_high: What is said of a higher estimate.
        traps: Known mistakes.
    """

    kind = "estimate"
    question: str
    unit: str
    low: float
    high: float
    truth: float
    said: str
    factor: float
    too_low: str
    too_high: str
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Attributes:
        text: What it says.
        right: Whether it is right.
        reason: Why it is right or wrong.
    """

    text: str
    right: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ChooseWhich:
    """Choose one option, or all that are right.

    Attributes:
        question: What is asked.
        options: The options.
        several: Whether more than one may be chosen.
    """

    kind = "choice"
    question: str
    options: tuple[Option, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class PlaceGlobals:
    """Choose global tokens for a question and a document; a live run judges them.

    Attributes:
        question: What is asked of the learner.
        tokens: The tokens of question and document as the model reads them, spaces included.
        most: Most global tokens that may be chosen.
    """

    kind = "globals"
    question: str
    tokens: tuple[str, ...]
    most: int


Prediction = DrawBand | Estimate | ChooseWhich | PlaceGlobals


def checked_positions(positions: Sequence[object], prediction: PlaceGlobals) -> tuple[int, ...]:
    """Return chosen positions in order, each once.

    Args:
        positions: What the browser sent.
        prediction: The prediction that they answer.

    Raises:
        InputError: If a position is not in the text, or there are too many.
    """
    last = len(prediction.tokens) - 1
    for position in positions:
        if not is_whole(position) or not 0 <= position <= last:
            raise InputError(
                f"A global position must be from 0 to {last}. You entered {shown(position)}. Choose a token."
            )
    chosen = tuple(sorted({int(position) for position in positions if is_whole(position)}))
    if len(chosen) > prediction.most:
        raise InputError(
            f"At most {prediction.most} tokens may be global here. You entered {len(chosen)}. Remove some."
        )
    return chosen
