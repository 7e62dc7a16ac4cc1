"""What a chapter of the lesson is: one idea, told in steps, with predictions and a link to the fitting page."""

from dataclasses import dataclass
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
    """

    say: str
    picture: Picture
    prediction: Prediction | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the lesson.

    Attributes:
        slug: Its name in an address; its entry has its title.
        idea: Its one idea, in one sentence.
        steps: The steps, in order.
        try_it: The link to the fitting page.
    """

    slug: str
    idea: str
    steps: tuple[Step, ...]
    try_it: TryIt
