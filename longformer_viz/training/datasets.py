"""Files to train and judge on: questions in SQuAD's form, labelled texts one JSON object a line; `.gz` too.

What cannot be used is left out, counted and said; nothing is repaired in silence.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from longformer_viz.spec import InputError, shown

NEAR_CHARACTERS = 100  # how far from its offset an answer that is not there is looked for
ONE_IN = 10  # the share of documents held out for judging
_REMAINDER = 4  # of a name's checksum; so that of each file at least one document is held out
Item = TypeVar("Item")

# The kinds of questions that answers are judged and calibrated by.
ANSWERABLE = "answerable"
OTHER = "other paragraph"  # An answerable question, asked about a paragraph without the answer.
EDITED = "edited"  # An answerable question with one word, name or number changed.
ADVERSARIAL = "adversarial"  # Written by people about this paragraph, which does not answer it.
PLAUSIBLE = (EDITED, ADVERSARIAL)  # Questions about the paragraph itself that it does not answer.


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and the character of the context at which it starts."""

    text: str
    start: int

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the answers its readers gave; none where the context holds none.

    plausible: for a question without an answer, what seems to answer it and does not.
    """

    id: str
    text: str
    answers: tuple[Answer, ...]
    plausible: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A context and the questions on it."""

    context: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs of one document, in their order; `name` is its title, or its file and number."""

    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its label."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class DataFile(Generic[Item]):
    """What a file held (articles or labelled texts), and how often something in it had to be moved or left out."""

    items: tuple[Item, ...]
    faults: Counter[str]

    def report(self) -> str:
        """One line: how much was read, and what was left out."""
        found = ", ".join(f"{count:,} {fault}" for fault, count in sorted(self.faults.items()))
        return f"{len(self.items):,} read" + (f"; {found}" if found else "")


def read_questions(path: str | Path) -> DataFile[Article]:
    """Articles from a file in SQuAD's form (version 1 or 2).

    An answer that does not stand at its offset is looked for nearby, else left out with its question.
    Raises InputError for a file that is missing, empty or of another form.
    """
    path = Path(path)
    faults: Counter[str] = Counter()
    text = _text_of(path)
    try:
        data = json.loads(text)["data"]
        articles = tuple(
            Article(
                str(entry.get("title") or f"{path.name} {number}"),
                tuple(_paragraph(paragraph, faults) for paragraph in entry["paragraphs"]),
            )
            for number, entry in enumerate(data)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise InputError(
            "A question file must be JSON in SQuAD's format: data, paragraphs, context, qas, question, answers; "
            f"{shown(path.name)} is not. Compare it with a SQuAD file."
        ) from fault
    if not any(paragraph.questions for article in articles for paragraph in article.paragraphs):
        raise InputError(
            f"A question file must contain a usable question; {shown(path.name)} has none "
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
    """The answer where it says it stands, else the nearest place that holds its text."""
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
    """Labelled texts from a file of JSON objects, one a line, with `label` and `text`.

    Raises InputError for a file that is missing, empty, of another form, or with fewer than two labels.
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
        text = content.decode("utf-8-sig")  # some editors begin a file with a mark
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as fault:
        raise InputError(
            f"A data file must be readable text in UTF-8, plain or .gz; {shown(str(path))} is not "
            f"({type(fault).__name__}). Check its path and download it again."
        ) from fault
    if not text.strip():
        raise InputError(f"A data file must not be empty; {shown(path.name)} is. Download it again.")
    return text


def held_out_articles(articles: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """(to train on, held out): one document in ten by its name's checksum, whatever else a file holds.

    An article of more than a thousand paragraphs is a collection: there each paragraph is a document.
    """
    documents = []
    for article in articles:
        if len(article.paragraphs) > 1000:
            documents += [Article(f"{article.name} {n}", (p,)) for n, p in enumerate(article.paragraphs)]
        else:
            documents.append(article)
    return _split(documents, lambda document: zlib.crc32(document.name.encode()) % ONE_IN == _REMAINDER)


def held_out_texts(texts: Sequence[LabelledText]) -> tuple[list[LabelledText], list[LabelledText]]:
    """(to train on, held out): of each label the tenth with the highest numbers in their ids, which came last.

    Posts of one thread and reviews of one film have neighbouring numbers, so they fall on one side.
    """
    last: set[int] = set()
    for label in {text.label for text in texts}:
        numbered = [(_number(text.id), index) for index, text in enumerate(texts) if text.label == label]
        last |= {index for _, index in sorted(numbered)[len(numbered) - len(numbered) // ONE_IN :]}
    train = [text for index, text in enumerate(texts) if index not in last]
    return train, [texts[index] for index in sorted(last)]


def _number(name: str) -> int:
    digits = name.split("_")[0]
    return int(digits) if digits.isdecimal() else zlib.crc32(name.encode())


def _split(items: Sequence[Item], is_held_out: Callable[[Item], bool]) -> tuple[list[Item], list[Item]]:
    return [item for item in items if not is_held_out(item)], [item for item in items if is_held_out(item)]
