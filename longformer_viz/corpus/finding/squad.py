"""Paragraphs of SQuAD's JSON as documents with their own questions. What is wrong stays with its paragraph."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longformer_viz.corpus.plan import Asked
from longformer_viz.spec import InputError, shown

_EXAMPLE = 'SQuAD has {"context": "...", "qas": [{"question": "...", "answers": [{"text": "..."}]}]}. Correct it.'


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its questions.

    Attributes:
        name: The name of its article and its number.
        text: The paragraph.
        asked: Its questions, with their right answers.
        problem: Why it cannot be used, or "".
    """

    name: str
    text: str = ""
    asked: tuple[Asked, ...] = ()
    problem: str = ""


def paragraphs_of(path: Path, data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a question file.

    Args:
        path: The file, for names and errors.
        data: Its bytes.

    Raises:
        InputError: If it has no articles with paragraphs.
    """
    try:
        given = [
            (str(article.get("title") or path.stem), paragraph)
            for article in json.loads(data)["data"]
            for paragraph in article["paragraphs"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        raise InputError(
            f"A question file must have articles with paragraphs, as SQuAD has; {shown(path.name)} has not. "
            "Export it again."
        ) from fault
    return [_paragraph(f"{title}, paragraph {number:,}", each) for number, (title, each) in enumerate(given, 1)]


def _paragraph(name: str, given: Any) -> Paragraph:
    context, questions = (given.get("context"), given.get("qas", [])) if isinstance(given, dict) else (None, None)
    if not isinstance(context, str) or not isinstance(questions, list):
        return Paragraph(name, problem=f"A paragraph must have a text and a list of questions. {_EXAMPLE}")
    asked = [_asked(each) for each in questions]
    if None in asked:
        return Paragraph(
            name, problem=f"A question must be a text with a list of answers that have texts. {_EXAMPLE}"
        )
    return Paragraph(name, context, tuple(each for each in asked if each is not None))


def _asked(given: Any) -> Asked | None:
    """Return a question with its answers, which are unknown where none are stated; None if it is damaged."""
    if not isinstance(given, dict) or not isinstance(given.get("question"), str):
        return None
    answers = given.get("answers")
    if answers is None:
        return Asked(given["question"])
    # Some libraries store the texts together, and the positions together.
    found = answers.get("text") if isinstance(answers, dict) else answers
    if not isinstance(found, list):
        return None
    texts: list[Any] = found
    if not isinstance(answers, dict):
        texts = [each.get("text") if isinstance(each, dict) else None for each in found]
    if not all(isinstance(each, str) for each in texts):
        return None
    return Asked(given["question"], tuple(dict.fromkeys(texts)))
