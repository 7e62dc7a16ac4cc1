"""The sample documents, written for this project. Each comes with questions that its text answers."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from longformer_viz.spec import InputError, shown

DEFAULT_SAMPLE = "services_contract"
_ORDER = (
    "library_notice",
    "support_thread",
    "services_contract",
    "story",
    "quarterly_report",
    "research_paper",
    "news_dossier",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a sample document. Its answers and evidence are quoted from the text.

    Attributes:
        question: The question.
        answers: The answers that count as right.
        evidence: The passages that contain them.
    """

    question: str
    answers: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample document.

    Attributes:
        name: Short name, as in an address.
        title: Title.
        kind: Kind of document, such as a contract.
        about: One line about it.
        text: The document's text.
        questions: Four questions about it.
    """

    name: str
    title: str
    kind: str
    about: str
    text: str
    questions: tuple[Question, ...]


def sample_names() -> tuple[str, ...]:
    """Return the short names of all samples, shortest document first."""
    return _ORDER


def sample(name: str = DEFAULT_SAMPLE) -> Sample:
    """Load a sample document.

    Args:
        name: Its short name.

    Returns:
        The sample.

    Raises:
        InputError: If there is no sample of this name.
    """
    if not isinstance(name, str) or name not in _ORDER:
        raise InputError(
            f"A sample must be one of {', '.join(_ORDER)}. You entered {shown(name)}. Try {DEFAULT_SAMPLE}."
        )
    return _read(name)


@cache
def _read(name: str) -> Sample:
    folder = files("longformer_viz.documents") / "samples"
    about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    questions = tuple(
        Question(entry["question"], tuple(entry["answers"]), tuple(entry["evidence"])) for entry in about["questions"]
    )
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return Sample(name, about["title"], about["kind"], about["about"], text, questions)
