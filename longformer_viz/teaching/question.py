"""A question with its right answer, typical mistakes, and the reason for each."""

from dataclasses import dataclass

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
