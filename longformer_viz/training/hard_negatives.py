"""Hard negatives: unanswerable questions that a paragraph seems to answer, made from questions that it answers.

Each edit changes one thing that the answer depends on: a number, a name, a noun, an antonym, a negation, or a word
that other questions replace in the same context. The edited question keeps the paragraph's words, so that only its
meaning tells it from the answerable one. The kinds of edits are those of SQuAD 2.0 (Rajpurkar et al. 2018).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from numpy.random import Generator

from longformer_viz.tasks.spans.opposites import opposites
from longformer_viz.training.datasets import Article, Paragraph, Question

_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must)\b", re.IGNORECASE
)
_NEGATED = re.compile(r" (?:not|never)\b|n't\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?:st|nd|rd|th)?\b")
_NAME = re.compile(r"(?<=[\w,;'’\")] )[A-Z][\w’'-]+(?: (?:of |the |de |van |von )?[A-Z][\w’'-]+)*")
_WORD = re.compile(r"[A-Za-z][\w’'-]*")
_NOUN = re.compile(  # the noun of a two-word noun phrase
    r"\b(?:[Tt]he|an?|its|their|his|her|this|each) ([a-z][a-z’'-]{3,})(?<!ed)(?<!ing)"
    r"(?= (?:of|in|is|was|were|are|had|has|did|does|do|and|to|at|by|for|with|from|that|which|who|on)\b|[,.;:?)])"
)
_NO_NOUNS = {"first", "second", "last", "most", "same", "other", "former", "latter", "more", "best", "only"}
_COMMON = """
what which who whom whose when where why how many much long old often does did is are was were the and for
from that this these those with into than then there their they them been being have has had can could will
would should about after before also some any other another name named called kind type many more most
"""
_LEAST_WORD = 4  # fewest letters of a word to replace
_TRIES = 6


@dataclass(frozen=True, slots=True)
class _Pools:
    """Replacements: names, numbers and nouns by article; other words by the pair (word before, word after)."""

    names: dict[int, list[str]]
    numbers: dict[int, list[str]]
    nouns: dict[int, list[str]]
    frames: dict[tuple[str, str], list[str]]


class HardNegatives:
    """Makes unanswerable questions from the answerable ones of some articles.

    Args:
        articles: The articles whose names, numbers and words replace each other.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        names, numbers, nouns, frames = (defaultdict(set) for _ in range(4))
        for number, article in enumerate(articles):
            for paragraph in article.paragraphs:
                names[number].update(_NAME.findall(paragraph.context))
                numbers[number].update(_NUMBER.findall(paragraph.context))
                nouns[number].update(_nouns(paragraph.context))
                for question in paragraph.questions:
                    for before, word, after in _framed(question.text):
                        frames[before, after].add(word)
        self._pools = _Pools(
            *({key: sorted(found) for key, found in pool.items()} for pool in (names, numbers, nouns, frames))
        )
        self._articles = len(articles)
        self._kinds: tuple[Callable[..., str | None], ...] = (
            self._other_name,
            self._other_number,
            self._other_noun,
            self._opposite,
            self._negation,
            self._other_word,
        )
        self._shares = (0.26, 0.14, 0.17, 0.17, 0.08, 0.18)

    def of(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Edit a question so that its paragraph no longer answers it.

        Args:
            article: Index of the paragraph's article among those given.
            paragraph: The paragraph that answers the question.
            question: The question; it must have an answer.
            random: Draws the kind of edit and the replacement.

        Returns:
            The edited question, or None if no edit fits it.
        """
        if not question.answers:
            return None
        for kind in random.choice(len(self._kinds), _TRIES, p=self._shares):
            edited = self._kinds[kind](article, paragraph, question, random)
            if edited is not None and edited != question.text:
                return edited
        return None

    def _other_name(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Replace a name by one from elsewhere in the paragraph, from the article, or from any article."""
        found = [name for name in _NAME.finditer(question.text) if name.group() in paragraph.context]
        if not found:
            return None
        name = found[random.integers(len(found))]
        sentence = _sentence_around(paragraph.context, question.answers[0].start)
        if random.random() < 0.4:
            pool, absent_from = _NAME.findall(paragraph.context), sentence
        else:
            own = article if random.random() < 0.6 else int(random.integers(self._articles))
            pool, absent_from = self._pools.names.get(own, []), paragraph.context
        taken = question.text + " " + " ".join(answer.text for answer in question.answers)
        return _replaced(question.text, name, _one_apart(pool, absent_from + " " + taken, random))

    def _other_number(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Replace a number by one of the same length that is not in the paragraph."""
        found = [number for number in _NUMBER.finditer(question.text) if number.group() in paragraph.context]
        if not found:
            return None
        number = found[random.integers(len(found))]
        alike = [one for one in self._pools.numbers.get(article, []) if len(one) == len(number.group())]
        other = _one_apart(alike, paragraph.context + " " + question.text, random)
        if other is None:
            digits = re.sub(
                r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + random.integers(1, 10)) % 10), number[0]
            )
            other = digits if digits not in paragraph.context else None
        return _replaced(question.text, number, other)

    def _other_noun(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Replace a noun by another of the paragraph or article, singular or plural alike."""
        own = _nouns(paragraph.context)
        asked = _nouns(question.text)
        found = [
            word
            for word in _WORD.finditer(question.text)
            if word.group() in asked and word.group() in paragraph.context
        ]
        if not found:
            return None
        word = found[random.integers(len(found))]
        taken = question.text + " " + " ".join(answer.text for answer in question.answers)
        if random.random() < 0.6:
            pool, absent_from = own, _sentence_around(paragraph.context, question.answers[0].start)
        else:
            pool, absent_from = self._pools.nouns.get(article, []), paragraph.context
        alike = [one for one in pool if one.endswith("s") == word.group().endswith("s")]
        return _replaced(question.text, word, _one_apart(alike, absent_from + " " + taken, random))

    def _opposite(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Replace a word by an antonym that is not in the answer's sentence."""
        found = [word for word in _WORD.finditer(question.text) if opposites(word.group())]
        if not found:
            return None
        word = found[random.integers(len(found))]
        sentence = _sentence_around(paragraph.context, question.answers[0].start)
        return _replaced(question.text, word, _one_apart(opposites(word.group()), sentence, random))

    def _negation(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Negate the question with "not" or "never"."""
        found = _AUXILIARY.search(question.text)
        if found is None or _NEGATED.search(question.text) or _NEGATED.search(paragraph.context):
            return None
        inverted = re.match(r" (?:the )?\w+ ", question.text[found.end() :])
        at = found.end() + (inverted.end() - 1 if found.group().lower() in {"do", "does", "did"} and inverted else 0)
        return question.text[:at] + str(random.choice([" not", " never"])) + question.text[at:]

    def _other_word(self, article: int, paragraph: Paragraph, question: Question, random: Generator) -> str | None:
        """Replace a word by one that stands between the same two words in another question.

        The paragraph does not contain the replacement.
        """
        words = list(_WORD.finditer(question.text))
        context = paragraph.context.lower()
        fit = []
        for before, word, after in zip(words, words[1:], words[2:], strict=False):
            if _is_content(word.group()) and word.group()[:5].lower() in context:
                pool = self._pools.frames.get((before.group().lower(), after.group().lower()), [])
                if len(pool) > 1:
                    fit.append((word, pool))
        if not fit:
            return None
        word, pool = fit[random.integers(len(fit))]
        stems = [one for one in pool if one[:5].lower() not in context and one[:4] != word.group()[:4].lower()]
        return _replaced(question.text, word, _one_apart(stems, question.text, random))


def _is_content(word: str) -> bool:
    return len(word) >= _LEAST_WORD and word.islower() and word not in _COMMON.split()


def _nouns(text: str) -> list[str]:
    return [noun for noun in _NOUN.findall(text) if noun not in _NO_NOUNS]


def _framed(text: str) -> list[tuple[str, str, str]]:
    words = [word.group() for word in _WORD.finditer(text)]
    triples = zip(words, words[1:], words[2:], strict=False)
    return [(before.lower(), word, after.lower()) for before, word, after in triples if _is_content(word)]


def _one_apart(pool: Sequence[str], text: str, random: Generator) -> str | None:
    """Draw a member of the pool that is not in the text, ignoring case."""
    lowered = text.lower()
    for _ in range(_TRIES if pool else 0):
        one = str(pool[int(random.integers(len(pool)))])
        if not re.search(rf"(?<!\w){re.escape(one.lower())}(?!\w)", lowered):
            return one
    return None


def _replaced(text: str, found: re.Match[str], other: str | None) -> str | None:
    return None if other is None else text[: found.start()] + other + text[found.end() :]


def _sentence_around(text: str, place: int) -> str:
    """Return the text between the full stops before and after a character."""
    start = text.rfind(". ", 0, place) + 1
    end = text.find(". ", place)
    return text[start : end if end >= 0 else len(text)]
