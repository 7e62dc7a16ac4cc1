"""A question with its right answer, typical mistakes, and the reason for each."""

from dataclasses import dataclass

from longformer_viz.spec import InputError, is_whole, shown

Value = int | str


@dataclass(frozen=True, slots=True)
class Claim:
    """A possible answer.

    Attributes:
        value: A whole number, or a text.
        reason: Why it is right, or which idea leads to it and why that idea is wrong.
    """

    value: Value
    reason: str

    @property
    def text(self) -> str:
        """The value as the reader sees it."""
        return f"{self.value:,}" if isinstance(self.value, int) else self.value


@dataclass(frozen=True, slots=True)
class Question:
    """A question with drawn numbers.

    Attributes:
        template: Name of the template that it was drawn from.
        topic: One of `TOPICS`.
        text: The question.
        truth: The right answer.
        mistakes: Wrong answers, each with its reason.
        choices: The answers to choose from, in the order shown; empty where the reader enters a number.
        unit: Of the number, such as "tokens"; empty for choices.
        drawn: Names and values of the drawn numbers.
    """

    template: str
    topic: str
    text: str
    truth: Claim
    mistakes: tuple[Claim, ...]
    choices: tuple[Claim, ...]
    unit: str
    drawn: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The judgement of an answer.

    Attributes:
        is_right: Whether the answer is right.
        reason: Why, for this answer.
    """

    is_right: bool
    reason: str


def mark(question: Question, given: Value) -> Mark:
    """Judge an answer.

    Args:
        question: The question.
        given: The chosen value, or the entered number.

    Returns:
        The judgement. A wrong number that no known mistake leads to gets the reason of the right answer.

    Raises:
        InputError: The answer is none of the choices, or no whole number.
    """
    claims = {claim.value: claim for claim in (question.truth, *question.mistakes)}
    if question.choices and given not in claims:
        values = ", ".join(choice.text for choice in question.choices)
        raise InputError(f"An answer must be one of {values}; got {shown(given)}. Choose one of them.")
    if not question.choices and not is_whole(given):
        raise InputError(f"An answer must be a whole number; got {shown(given)}. Enter one, such as 8.")
    claim = claims.get(given, question.truth)
    return Mark(given == question.truth.value, claim.reason)
