"""The sample documents, written for this project, each with questions whose answers stand in its text."""

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
    """A question, the answers that count as right, and the passages that hold them, all verbatim in the text."""

    question: str
    answers: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample document: short name, title, kind, one line about it, its text and four questions."""

    name: str
    title: str
    kind: str
    about: str
    text: str
    questions: tuple[Question, ...]


def sample_names() -> tuple[str, ...]:
    """Short names of all samples, shortest document first."""
    return _ORDER


@cache
def sample(name: str = DEFAULT_SAMPLE) -> Sample:
    """The sample of that short name. Raises InputError for another."""
    if name not in _ORDER:
        raise InputError(f"A sample must be one of {', '.join(_ORDER)}; got {shown(name)}. Try {DEFAULT_SAMPLE}.")
    folder = files("longformer_viz.documents") / "samples"
    about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    questions = tuple(
        Question(entry["question"], tuple(entry["answers"]), tuple(entry["evidence"])) for entry in about["questions"]
    )
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return Sample(name, about["title"], about["kind"], about["about"], text, questions)
