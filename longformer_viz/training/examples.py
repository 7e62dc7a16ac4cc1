"""Training examples for question answering, drawn anew for each epoch, and their loss."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.spec import InputError
from longformer_viz.tasks.qa_input import PairTemplate
from longformer_viz.training.batch import Batch, Example, drawn
from longformer_viz.training.datasets import Answer, Article, Paragraph, Question
from longformer_viz.training.hard_negatives import HardNegatives

JOIN = "\n\n"  # between the paragraphs of an article put together
MAX_QUESTION_TOKENS = 64
_ENCODED_AT_ONCE = 1000
_MOST_ALIKE = 3  # number of similar passages from which one is drawn
_NO_ANSWER = np.full((1, 2), -1, dtype=np.int64)  # In a passage. In a sequence the first token means "no answer".


@dataclass(frozen=True, slots=True)
class _Asked:
    """A tokenized question: its ids, and spans `[readers, 2]` of first and last token; -1 stands for no answer.

    `answers` are the reference answers. `near` is what a cut passage must contain: the answers or plausible ones.
    """

    ids: np.ndarray
    answers: np.ndarray
    near: np.ndarray
    question: Question


@dataclass(frozen=True, slots=True)
class _Passage:
    """A document's tokens, the paragraph they come from (None for a whole article), and the questions about it."""

    article: int
    ids: np.ndarray
    questions: tuple[_Asked, ...]
    paragraph: Paragraph | None = None


class QuestionExamples:
    """Questions on passages or on whole articles, some of them on a passage that does not answer them.

    Args:
        articles: The documents and their questions.
        tokenizer: The model's tokenizer.
        max_tokens: Length of a sequence, in tokens. A longer passage is cut to a part that contains the answer.
        unanswered: Number of unanswerable examples for each answerable one. Their passage is another one of the
            article, which in half of these cases is similar to the question, or a passage of any article.
        whole_articles: Join the paragraphs of each article into one passage.
        times: How often each question is read in an epoch; a fraction is drawn at random.
        shift: Half of the examples start at a random position below this, so that the model learns late positions.
        hard: Number of hard negatives on the same passage for each question (see `hard_negatives`); none for whole
            articles.

    Raises:
        InputError: If no question can be used.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        tokenizer: PreTrainedTokenizerBase,
        max_tokens: int = 512,
        unanswered: float = 0.25,
        whole_articles: bool = False,
        times: float = 1.0,
        shift: int = 512,
        hard: float = 0.0,
    ) -> None:
        self.template, self.tokenizer = PairTemplate.of(tokenizer), tokenizer
        self.max_tokens, self.unanswered, self.times = max_tokens, unanswered, times
        self.shift = min(shift, MAX_TOKENS - max_tokens)
        self.passages = _passages(articles, tokenizer)
        self.hard = 0.0 if whole_articles else hard
        self.negatives = HardNegatives(articles) if self.hard else None
        if whole_articles:
            self.passages = _joined(self.passages, tokenizer)
        if not any(passage.questions for passage in self.passages):
            raise InputError("Training needs at least one question whose answer is in its text; got none. Add data.")
        self.of_article: dict[int, list[int]] = {}
        for number, passage in enumerate(self.passages):
            self.of_article.setdefault(passage.article, []).append(number)

    def of_epoch(self, random: Generator) -> list[Example]:
        """Draw the examples of one epoch: answerable questions, questions about another passage, and edited ones.

        Args:
            random: Source of every random choice.

        Returns:
            The examples, unsorted.
        """
        examples = []
        for number, passage in enumerate(self.passages):
            for asked in passage.questions:
                for _ in range(drawn(self.times, random)):
                    examples.append(self._example(passage, asked.ids, asked.answers, asked.near, random))
                    if random.random() < self.unanswered:
                        other = self._other(number, asked, random)
                        if other is not None:
                            examples.append(self._example(other, asked.ids, _NO_ANSWER, _NO_ANSWER, random))
                    examples += self._edited(passage, asked, random)
        return examples

    def _edited(self, passage: _Passage, asked: _Asked, random: Generator) -> list[Example]:
        """Return the question's hard negatives on the same passage; none for whole articles."""
        if self.negatives is None or passage.paragraph is None:
            return []
        examples = []
        for _ in range(drawn(self.hard, random)):
            edited = self.negatives.of(passage.article, passage.paragraph, asked.question, random)
            if edited is not None:
                ids = encoded([edited], self.tokenizer)[0][0][:MAX_QUESTION_TOKENS]
                examples.append(self._example(passage, ids, _NO_ANSWER, asked.near, random))
        return examples

    def _other(self, number: int, asked: _Asked, random: Generator) -> _Passage | None:
        """Draw a passage without the text of an answer; None if the one drawn contains it."""
        near = [self.passages[other] for other in self.of_article[self.passages[number].article] if other != number]
        draw = random.random()
        if near and draw < 0.35:
            own = set(asked.ids.tolist())
            near = sorted(near, key=lambda passage: -len(own.intersection(passage.ids.tolist())))[:_MOST_ALIKE]
        if near and draw < 0.7:
            other = near[random.integers(len(near))]
        else:
            chosen = int(random.integers(len(self.passages)))
            if chosen == number:
                return None
            other = self.passages[chosen]
        text = "" if other.paragraph is None else other.paragraph.context.lower()
        return None if any(answer.text.lower() in text for answer in asked.question.answers) else other

    def _example(
        self, passage: _Passage, question: np.ndarray, answers: np.ndarray, near: np.ndarray, random: Generator
    ) -> Example:
        prefix = self.template.prefix(question)
        room = self.max_tokens - len(prefix) - len(self.template.after)
        start, length = 0, len(passage.ids)
        if length > room:
            first, last = near[0] if near[0, 0] >= 0 else (random.integers(length),) * 2
            low, high = max(0, last + 1 - room), min(first, length - room)
            start = int(random.integers(low, high + 1)) if high >= low else int(first)
        ids = np.concatenate([prefix, passage.ids[start : start + room], self.template.after])
        inside = (answers[:, 0] >= start) & (answers[:, 1] < start + room)
        target = answers[inside] - start + len(prefix) if inside.any() else _NO_ANSWER + 1
        shift = int(random.integers(self.shift)) if self.shift and random.random() < 0.5 else 0
        return Example(ids, self.template.global_count(question), len(prefix), shift, target)

    def loss(self, model: nn.Module, batch: Batch) -> Tensor:
        """Compute the cross-entropy of start and end, averaged over the reference answers.

        Tokens of the question cannot be chosen, so their logits are masked.

        Args:
            model: The model to train.
            batch: The padded examples.

        Returns:
            The loss, a scalar.
        """
        return question_loss(model(**batch.inputs), batch.choices, batch.targets)


def question_loss(outputs: Any, choices: Tensor, targets: Tensor) -> Tensor:
    """Compute the cross-entropy of start and end, averaged over the reference answers.

    Args:
        outputs: The model's `start_logits` and `end_logits`, each `[batch, n]`.
        choices: The tokens at which an answer may start or end, `[batch, n]` of booleans.
        targets: First and last token of each reference answer, `[batch, references, 2]`.

    Returns:
        The loss, a scalar.
    """
    start, end = (
        -logits.float().masked_fill(~choices, -torch.inf).log_softmax(-1).gather(1, targets[..., side]).mean()
        for side, logits in enumerate((outputs.start_logits, outputs.end_logits))
    )
    return (start + end) / 2


def _passages(articles: Sequence[Article], tokenizer: PreTrainedTokenizerBase) -> list[_Passage]:
    flat = [(number, paragraph) for number, article in enumerate(articles) for paragraph in article.paragraphs]
    contexts = encoded([paragraph.context for _, paragraph in flat], tokenizer)
    asked = encoded([question.text for _, paragraph in flat for question in paragraph.questions], tokenizer)
    questions = iter(asked)
    passages = []
    for (number, paragraph), (ids, offsets) in zip(flat, contexts, strict=True):
        found = []
        for question in paragraph.questions:
            question_ids = next(questions)[0][:MAX_QUESTION_TOKENS]
            answers = _token_spans(question.answers, offsets)
            near = answers if question.answers else _token_spans(question.plausible, offsets)
            found.append(_Asked(question_ids, answers, near, question))
        passages.append(_Passage(number, ids, tuple(found), paragraph))
    return passages


def _token_spans(answers: Sequence[Answer], offsets: np.ndarray) -> np.ndarray:
    """Return the first and last token `[readers, 2]` of each answer."""
    spans = []
    for answer in answers:
        inside = np.flatnonzero((offsets[:, 1] > answer.start) & (offsets[:, 0] < answer.stop))
        if len(inside):
            spans.append((inside[0], inside[-1]))
    return np.array(spans, dtype=np.int64) if spans else _NO_ANSWER


def special_ends(tokenizer: PreTrainedTokenizerBase) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of the special tokens before and after a document.

    Args:
        tokenizer: The model's tokenizer.
    """
    single = tokenizer("a")
    inner = [index for index, part in enumerate(single.sequence_ids()) if part is not None]
    ids = np.array(single["input_ids"], dtype=np.int64)
    return ids[: inner[0]], ids[inner[-1] + 1 :]


def encoded(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> list[tuple[np.ndarray, np.ndarray]]:
    """Tokenize texts without special tokens.

    Args:
        texts: The texts.
        tokenizer: The model's tokenizer.

    Returns:
        For each text its token ids `[n]` and their character offsets `[n, 2]`.
    """
    found = []
    for start in range(0, len(texts), _ENCODED_AT_ONCE):
        encoded = tokenizer(
            [text.encode("utf-8", "replace").decode("utf-8") for text in texts[start : start + _ENCODED_AT_ONCE]],
            add_special_tokens=False,
            return_offsets_mapping=True,
            verbose=False,
        )
        found += [
            (np.array(ids, dtype=np.int64), np.array(offsets, dtype=np.int64).reshape(-1, 2))
            for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]
    return found


def _joined(passages: Sequence[_Passage], tokenizer: PreTrainedTokenizerBase) -> list[_Passage]:
    """Join the passages of each article into one."""
    gap = np.array(tokenizer(JOIN, add_special_tokens=False)["input_ids"], dtype=np.int64)
    whole = []
    for article in sorted({passage.article for passage in passages}):
        parts, questions, at = [], [], 0
        for passage in (passage for passage in passages if passage.article == article):
            for asked in passage.questions:
                if asked.answers[0, 0] >= 0:
                    questions.append(replace(asked, answers=asked.answers + at, near=asked.near + at))
            parts += [passage.ids, gap]
            at += len(passage.ids) + len(gap)
        whole.append(_Passage(article, np.concatenate(parts), tuple(questions)))
    return whole
