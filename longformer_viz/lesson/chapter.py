"""What a chapter of the lesson is: one idea, told in steps, with predictions and a link to the fitting page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from longformer_viz.lesson.pictures import Picture
from longformer_viz.lesson.predictions import Prediction


@dataclass(frozen=True, slots=True)
class TryIt:
    """A link to a page of the app, in the state that a step discusses.

    Attributes:
        label: What the link says, such as "See this window on a real document".
        page: The page's path; empty for the Attention page.
        state: The values in its address, by name.
    """

    label: str
    page: str
    state: dict[str, str | int]

    @property
    def address(self) -> str:
        """The address, relative to the lesson's own."""
        return f"./{self.page}?{urlencode(self.state)}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chapter.

    Attributes:
        say: What the step says. With a prediction, it is the explanation after the answer.
        picture: What the step shows. With a prediction, it appears after the answer.
        prediction: What the learner predicts first; None where nothing is asked.
        notes: For the teacher: what to say, and how long to stay.
    """

    say: str
    picture: Picture
    prediction: Prediction | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the lesson.

    Attributes:
        slug: Its name in an address.
        title: Its title.
        idea: Its one idea, in one sentence.
        steps: The steps, in order.
        try_it: The link to the fitting page.
    """

    slug: str
    title: str
    idea: str
    steps: tuple[Step, ...]
    try_it: TryIt = field(kw_only=True)

    @property
    def words(self) -> int:
        """Number of words that a reader of the chapter reads: idea, questions and steps."""
        questions = [step.prediction.question for step in self.steps if step.prediction is not None]
        return sum(len(text.split()) for text in [self.idea, *questions, *(step.say for step in self.steps)])
