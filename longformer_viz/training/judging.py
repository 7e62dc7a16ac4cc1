"""Evaluation during training: one score of a model on held-out documents."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.random import default_rng
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from longformer_viz.tasks.qa_input import PairTemplate
from longformer_viz.tasks.scoring import f1
from longformer_viz.tasks.spans.ranked_spans import ranked_spans
from longformer_viz.training.batch import Batch, Example
from longformer_viz.training.datasets import Article, LabelledText
from longformer_viz.training.examples import MAX_QUESTION_TOKENS
from longformer_viz.training.label_examples import LabelExamples

TOKENS_AT_ONCE = 8192


def _inputs(batch: Batch) -> dict[str, Tensor]:
    return batch.inputs


class HeldOutQuestions:
    """Answerable questions on which a model is evaluated.

    Args:
        articles: Held-out articles; their answerable questions are used.
        tokenizer: The model's tokenizer.
        count: Number of questions, drawn with a fixed seed.
        max_tokens: Length of a sequence; longer paragraphs are cut.
    """

    def __init__(
        self, articles: Sequence[Article], tokenizer: PreTrainedTokenizerBase, count: int, max_tokens: int
    ) -> None:
        self.tokenizer, template = tokenizer, PairTemplate.of(tokenizer)
        asked = [
            (paragraph.context, question)
            for article in articles
            for paragraph in article.paragraphs
            for question in paragraph.questions
            if question.answers
        ]
        self.chosen = [asked[index] for index in default_rng(0).permutation(len(asked))[:count]]
        self._after = len(template.after)
        self._examples, self._offsets = [], []
        for context, question in self.chosen:
            asked_ids = tokenizer(question.text, add_special_tokens=False)["input_ids"][:MAX_QUESTION_TOKENS]
            prefix = template.prefix(asked_ids)
            encoded = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
            room = max_tokens - len(prefix) - len(template.after)
            ids = np.array([*prefix, *encoded["input_ids"][:room], *template.after])
            count_global = len(prefix) - len(template.between)
            self._examples.append(Example(ids, count_global, len(prefix), 0, np.zeros((1, 2), dtype=np.int64)))
            self._offsets.append(encoded["offset_mapping"][:room])

    def answers(self, model: nn.Module, adapt: Callable[[Batch], dict[str, Tensor]] = _inputs) -> list[str]:
        """Return the model's answer to each question of `chosen`.

        Args:
            model: The model.
            adapt: Makes the model's inputs of a batch.
        """
        found = [""] * len(self.chosen)
        for indices, batch in _batches(self._examples, _padding(self.tokenizer), _device(model)):
            outputs = model(**adapt(batch))
            for row, index in enumerate(indices):
                inside = slice(self._examples[index].first_choice, len(self._examples[index]) - self._after)
                start, end = outputs.start_logits[row, inside], outputs.end_logits[row, inside]
                (best,) = ranked_spans(start, end, 0.0, count=1)
                offsets = self._offsets[index]
                found[index] = self.chosen[index][0][offsets[best.first][0] : offsets[best.last][1]]
        return found


def question_judge(
    articles: Sequence[Article], tokenizer: PreTrainedTokenizerBase, count: int, max_tokens: int
) -> Callable[[nn.Module], float] | None:
    """Make a function that computes a model's mean F1 on held-out questions.

    Args:
        articles: As for `HeldOutQuestions`.
        tokenizer: As for `HeldOutQuestions`.
        count: As for `HeldOutQuestions`.
        max_tokens: As for `HeldOutQuestions`.

    Returns:
        The function from a model to its mean F1, 0 to 1, or None if there is no question.
    """
    asked = HeldOutQuestions(articles, tokenizer, count, max_tokens)
    if not asked.chosen:
        return None

    def judge(model: nn.Module) -> float:
        answers = zip(asked.chosen, asked.answers(model), strict=True)
        return float(np.mean([f1(text, [each.text for each in question.answers]) for (_, question), text in answers]))

    return judge


def label_judge(
    texts: Sequence[LabelledText], labels: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_tokens: int
) -> Callable[[nn.Module], float]:
    """Make a function that computes a model's accuracy on held-out texts.

    Args:
        texts: Held-out texts.
        labels: The labels, in the model's order.
        tokenizer: The model's tokenizer.
        max_tokens: Length of a sequence; of longer texts the beginning is read.

    Returns:
        The function from a model to its accuracy, 0 to 1.
    """
    examples = LabelExamples(texts, labels, tokenizer, max_tokens, beginnings=1.0).of_epoch(default_rng(0))

    def judge(model: nn.Module) -> float:
        right = [
            int(logits.argmax()) == examples[index].target[0]
            for indices, batch in _batches(examples, _padding(tokenizer), _device(model))
            for index, logits in zip(indices, model(**batch.inputs).logits, strict=True)
        ]
        return float(np.mean(right))

    return judge


def _padding(tokenizer: PreTrainedTokenizerBase) -> int:
    assert isinstance(tokenizer.pad_token_id, int)
    return tokenizer.pad_token_id


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def _batches(examples: Sequence[Example], padding: int, device: torch.device) -> Iterator[tuple[list[int], Batch]]:
    """Yield batches of examples of similar length, with their indices."""
    order = sorted(range(len(examples)), key=lambda index: len(examples[index]))
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * len(examples[index]) > TOKENS_AT_ONCE:
            yield batch, Batch.of([examples[member] for member in batch], padding, device)
            batch = []
        batch.append(index)
    if batch:
        yield batch, Batch.of([examples[member] for member in batch], padding, device)
