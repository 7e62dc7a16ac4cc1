"""Evaluation during training: one score of a model on held-out documents."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.random import default_rng
from torch import nn
from transformers import PreTrainedTokenizerBase

from longformer_viz.tasks.qa_input import PairTemplate
from longformer_viz.tasks.scoring import f1
from longformer_viz.tasks.spans.ranked_spans import ranked_spans
from longformer_viz.training.batch import Batch, Example
from longformer_viz.training.datasets import Article, LabelledText
from longformer_viz.training.examples import MAX_QUESTION_TOKENS
from longformer_viz.training.label_examples import LabelExamples

TOKENS_AT_ONCE = 8192


def question_judge(
    articles: Sequence[Article], tokenizer: PreTrainedTokenizerBase, count: int, max_tokens: int
) -> Callable[[nn.Module], float] | None:
    """Make a function that computes a model's mean F1 on held-out questions.

    Args:
        articles: Held-out articles; their answerable questions are used.
        tokenizer: The model's tokenizer.
        count: Number of questions, drawn with a fixed seed.
        max_tokens: Length of a sequence; longer paragraphs are cut.

    Returns:
        The function from a model to its mean F1, 0 to 1, or None if there is no question.
    """
    template = PairTemplate.of(tokenizer)
    asked = [
        (paragraph.context, question)
        for article in articles
        for paragraph in article.paragraphs
        for question in paragraph.questions
        if question.answers
    ]
    chosen = [asked[index] for index in default_rng(0).permutation(len(asked))[:count]]
    if not chosen:
        return None
    examples, offsets = [], []
    for context, question in chosen:
        asked_ids = tokenizer(question.text, add_special_tokens=False)["input_ids"][:MAX_QUESTION_TOKENS]
        prefix = template.prefix(asked_ids)
        encoded = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        room = max_tokens - len(prefix) - len(template.after)
        ids = np.array([*prefix, *encoded["input_ids"][:room], *template.after])
        count_global = len(prefix) - len(template.between)
        examples.append(Example(ids, count_global, len(prefix), 0, np.zeros((1, 2), dtype=np.int64)))
        offsets.append(encoded["offset_mapping"][:room])

    def judge(model: nn.Module) -> float:
        scores = []
        for indices, batch in _batches(examples, _padding(tokenizer), _device(model)):
            outputs = model(**batch.inputs)
            for row, index in enumerate(indices):
                inside = slice(examples[index].first_choice, len(examples[index]) - len(template.after))
                start, end = outputs.start_logits[row, inside], outputs.end_logits[row, inside]
                (best,) = ranked_spans(start, end, 0.0, count=1)
                context, question = chosen[index]
                text = context[offsets[index][best.first][0] : offsets[index][best.last][1]]
                scores.append(f1(text, [answer.text for answer in question.answers]))
        return float(np.mean(scores))

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
