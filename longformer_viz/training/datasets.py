"""Files to train and evaluate on: questions in SQuAD's format, and labelled texts as one JSON object a line.

Both may be gzipped. Items that cannot be used are left out, counted and reported. Nothing is repaired silently.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from longformer_viz.spec import InputError, shown

NEAR_CHARACTERS = 100  # largest distance by which a misplaced answer is moved
Item = TypeVar("Item")

# The kinds of questions for evaluation and calibration.
ANSWERABLE = "answerable"
OTHER = "other paragraph"  # An answerable question, asked about a paragraph without the answer.
EDITED = "edited"  # An answerable question with one word, name or number changed.
ADVERSARIAL = "adversarial"  # Written by people about this paragraph, which does not answer it.
PLAUSIBLE = (EDITED, ADVERSARIAL)  # Questions about the paragraph itself that it does not answer.


@dataclass(frozen=True, slots=True)
class Answer:
    """A reference answer.

    Attributes:
        text: The answer's text.
        start: The context's character at which it starts.
    """

    text: str
    start: int

    @property
    def stop(self) -> int:
        """The character after the answer's last one."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its reference answers.

    Attributes:
        id: The question's id in the data set.
        text: The question.
        answers: The annotators' answers; empty if the context has no answer.
        plausible: For an unanswerable question, spans that seem to answer it.
    """

    id: str
    text: str
    answers: tuple[Answer, ...]
    plausible: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A context and the questions about it.

    Attributes:
        context: The paragraph's text.
        questions: The questions, answerable or not.
    """

    context: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """The paragraphs of one document, in order.

    Attributes:
        name: The document's title, or its file name and number.
        paragraphs: Its paragraphs.
    """

    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its label.

    Attributes:
        id: The text's id in the data set, or its line number.
        label: The label.
        text: The text.
    """

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class DataFile(Generic[Item]):
    """The usable items of a file, and a count of what was moved or left out.

    Attributes:
        items: Articles or labelled texts.
        faults: How often each kind of fault occurred, by its description.
    """

    items: tuple[Item, ...]
    faults: Counter[str]

    def report(self) -> str:
        """Return one line with the number of items and of each kind of fault."""
        found = ", ".join(f"{count:,} {fault}" for fault, count in sorted(self.faults.items()))
        return f"{len(self.items):,} read" + (f"; {found}" if found else "")


def read_questions(path: str | Path) -> DataFile[Article]:
    """Read articles from a file in SQuAD's format, version 1 or 2.

    An answer whose text is not at its offset is moved to the nearest occurrence. Without one nearby, it is left out
    with its question.

    Args:
        path: The file, plain or gzipped.

    Returns:
        The articles and the faults.

    Raises:
        InputError: If the file cannot be read, is empty, has another format, or has no usable question.
    """
    path = Path(path)
    return questions_in(_text_of(path), path.name)


def questions_in(text: str, name: str) -> DataFile[Article]:
    """Read articles from text in SQuAD's format, as `read_questions` reads a file.

    Args:
        text: The JSON text.
        name: Name of its file.

    Returns:
        The articles and the faults.

    Raises:
        InputError: If the text has another format or no usable question.
    """
    faults: Counter[str] = Counter()
    try:
        data = json.loads(text)["data"]
        articles = tuple(
            Article(
                str(entry.get("title") or f"{name} {number}"),
                tuple(_paragraph(paragraph, faults) for paragraph in entry["paragraphs"]),
            )
            for number, entry in enumerate(data)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise InputError(
            "A question file must be JSON in SQuAD's format: data, paragraphs, context, qas, question, answers; "
            f"{shown(name)} is not. Compare it with a SQuAD file."
        ) from fault
    if not any(paragraph.questions for article in articles for paragraph in article.paragraphs):
        raise InputError(
            f"A question file must contain a usable question; {shown(name)} has none "
            f"({DataFile(articles, faults).report()}). Check that each answer is in its context."
        )
    return DataFile(articles, faults)


def _paragraph(entry: dict[str, Any], faults: Counter[str]) -> Paragraph:
    context = entry["context"]
    if not isinstance(context, str):
        raise TypeError("a context must be a string")
    questions = []
    for asked in entry["qas"]:
        text = asked["question"].strip()
        given, answers = asked["answers"], _all_placed(asked["answers"], context, faults)
        if not text:
            faults["questions without words left out"] += 1
        elif given and not answers:
            faults["questions left out because their answers are not in the text"] += 1
        else:
            plausible = () if given else _all_placed(asked.get("plausible_answers") or (), context, Counter())
            questions.append(Question(str(asked["id"]), text, answers, plausible))
    return Paragraph(context, tuple(questions))


def _all_placed(given: Sequence[dict[str, Any]], context: str, faults: Counter[str]) -> tuple[Answer, ...]:
    placed = [_placed(answer["text"], int(answer["answer_start"]), context, faults) for answer in given]
    return tuple(answer for answer in placed if answer is not None)


def _placed(text: str, start: int, context: str, faults: Counter[str]) -> Answer | None:
    """Return the answer at its stated offset, or at the nearest occurrence of its text."""
    stripped = text.strip()
    start += len(text) - len(text.lstrip())
    if not stripped:
        return None
    if start >= 0 and context.startswith(stripped, start):
        return Answer(stripped, start)
    first = max(0, start - NEAR_CHARACTERS)
    nearby = context[first : start + NEAR_CHARACTERS + len(stripped)]
    places = [first + at for at in range(len(nearby)) if nearby.startswith(stripped, at)]
    if not places:
        return None
    faults["answers found near their offset"] += 1
    return Answer(stripped, min(places, key=lambda place: abs(place - start)))


def read_labelled(path: str | Path) -> DataFile[LabelledText]:
    """Read labelled texts from a file with one JSON object a line, each with `label` and `text`.

    Args:
        path: The file, plain or gzipped.

    Returns:
        The texts and the faults.

    Raises:
        InputError: If the file cannot be read, is empty, has another format, or has fewer than two labels.
    """
    path = Path(path)
    faults: Counter[str] = Counter()
    texts = []
    for number, line in enumerate(_text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            label, text = entry["label"], entry["text"]
            if not isinstance(label, str) or not isinstance(text, str):
                raise TypeError("label and text must be strings")
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise InputError(
                'Each line must be a JSON object such as {"label": "pos", "text": "..."}; '
                f"line {number:,} of {shown(path.name)} is not. Correct or remove it."
            ) from fault
        if text.strip():
            texts.append(LabelledText(str(entry.get("id", number)), label, text))
        else:
            faults["texts without words left out"] += 1
    labels = {text.label for text in texts}
    if len(labels) < 2:
        raise InputError(
            f"Labelled texts must have at least two labels; {shown(path.name)} has {len(labels)} in {len(texts):,} "
            "texts. Add texts of another label."
        )
    return DataFile(tuple(texts), faults)


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        text = content.decode("utf-8-sig")  # Some editors start a file with a byte order mark.
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as fault:
        raise InputError(
            f"A data file must be readable text in UTF-8, plain or .gz; {shown(str(path))} is not "
            f"({type(fault).__name__}). Check its path and download it again."
        ) from fault
    if not text.strip():
        raise InputError(f"A data file must not be empty; {shown(path.name)} is. Download it again.")
    return text
