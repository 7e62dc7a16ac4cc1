"""Evaluate a run on its held-out documents: figures, the confusion matrix, and the worst mistakes."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from longformer_viz.hf.context import override
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.scoring import exact_match, f1
from longformer_viz.training.judging import HeldOutQuestions
from longformer_viz.training.own_data.labelled import LabelledDocument
from longformer_viz.training.own_data.reading import LABELS, LANGUAGE, QUESTIONS
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_examples import IGNORED, Item, RunExamples

MOST_MISTAKES = 20
MOST_QUESTIONS = 500
TOKENS_AT_ONCE = 8192
_EXCERPT_CHARACTERS = 600


class Evaluator:
    """Evaluates a model on the held-out part of a run's data.

    Args:
        examples: Makes batches and says what the task is.
        data: The run's data.
    """

    def __init__(self, examples: RunExamples, data: RunData) -> None:
        self.examples, self.data = examples, data
        if examples.settings.task == QUESTIONS:
            self.questions = HeldOutQuestions(
                data.held_out_articles, examples.base.tokenizer, MOST_QUESTIONS, examples.max_tokens
            )
        elif examples.settings.task == LANGUAGE:
            self.items = examples.pieces(data.held_out)
        else:
            self.items = examples.labelled(data.held_out)

    @torch.no_grad()
    def evaluate(self, model: nn.Module) -> dict[str, Any]:
        """Return the figures of a model.

        Args:
            model: The model; it is set to evaluation mode, and back to training mode.

        Returns:
            For labels: accuracy, macro_f1, f1_by_label, confusion and mistakes. For several labels: accuracy (all
            labels right), macro_f1, micro_f1, f1_by_label and mistakes. For questions: f1, exact_match and mistakes.
            For "language": perplexity and bits_per_token of masked tokens, the same at each evaluation.
        """
        was_training = model.training
        model.eval()
        task = self.examples.settings.task
        try:
            with override(AttentionSpec(dilation=self.examples.settings.dilation)):
                if task == QUESTIONS:
                    return self._questions(model)
                if task == LANGUAGE:
                    return self._language(model)
                logits = self._logits(model)
            return self._labels(logits) if task == LABELS else self._several(logits)
        finally:
            model.train(was_training)

    def _logits(self, model: nn.Module) -> np.ndarray:
        """Return the logits `[documents, labels]` of the held-out documents."""
        device = next(model.parameters()).device
        found = np.zeros((len(self.items), len(self.examples.labels)), dtype=np.float32)
        for indices in _batches(self.items):
            batch = self.examples.batch([self.items[index] for index in indices])
            inputs = {name: value.to(device) for name, value in batch.items() if name not in ("choices", "targets")}
            found[indices] = model(**inputs).logits.float().cpu().numpy()
        return found

    def _language(self, model: nn.Module) -> dict[str, Any]:
        device, generator = next(model.parameters()).device, torch.Generator().manual_seed(0)
        total, tokens = 0.0, 0
        for indices in _batches(self.items):
            batch = self.examples.batch([self.items[index] for index in indices], generator)
            count = int((batch["targets"] != IGNORED).sum())
            loss, _ = self.examples.loss(model, {name: value.to(device) for name, value in batch.items()})
            total, tokens = total + count * float(loss), tokens + count
        mean = total / tokens
        return {
            "documents": len(self.data.held_out),
            "bits_per_token": mean / math.log(2),
            "perplexity": math.exp(min(mean, 700.0)),
        }

    def _labels(self, logits: np.ndarray) -> dict[str, Any]:
        labels = self.examples.labels
        probabilities = torch.from_numpy(logits).softmax(-1).numpy()
        predicted = probabilities.argmax(-1)
        targets = np.array([labels.index(document.labels[0]) for document in self.data.held_out])
        confusion = np.zeros((len(labels), len(labels)), dtype=int)
        np.add.at(confusion, (targets, predicted), 1)
        by_label = _f1_by_label(confusion.diagonal(), confusion.sum(1), confusion.sum(0))
        wrong = [index for index in range(len(targets)) if predicted[index] != targets[index]]
        wrong.sort(key=lambda index: -probabilities[index, predicted[index]])
        return {
            "documents": len(targets),
            "accuracy": float((predicted == targets).mean()),
            "macro_f1": _mean_of_present(by_label, confusion.sum(1)),
            "f1_by_label": dict(zip(labels, by_label, strict=True)),
            "confusion": confusion.tolist(),
            "mistakes": [
                _mistake(
                    self.data.held_out[index], labels[predicted[index]], float(probabilities[index, predicted[index]])
                )
                for index in wrong[:MOST_MISTAKES]
            ],
        }

    def _several(self, logits: np.ndarray) -> dict[str, Any]:
        labels = self.examples.labels
        probabilities = torch.from_numpy(logits).sigmoid().numpy()
        predicted = probabilities >= 0.5
        targets = np.array([[label in document.labels for label in labels] for document in self.data.held_out])
        hits, true, said = (predicted & targets).sum(0), targets.sum(0), predicted.sum(0)
        by_label = _f1_by_label(hits, true, said)
        wrong = (predicted != targets).sum(1)
        order = [index for index in np.argsort(-wrong, kind="stable") if wrong[index]]
        return {
            "documents": len(targets),
            "accuracy": float((wrong == 0).mean()),
            "macro_f1": _mean_of_present(by_label, true),
            "micro_f1": _f1_by_label(hits.sum(keepdims=True), true.sum(keepdims=True), said.sum(keepdims=True))[0],
            "f1_by_label": dict(zip(labels, by_label, strict=True)),
            "mistakes": [
                _mistake(
                    self.data.held_out[index],
                    ", ".join(label for label, given in zip(labels, predicted[index], strict=True) if given)
                    or "none",
                    float(np.abs(probabilities[index] - targets[index]).max()),
                )
                for index in order[:MOST_MISTAKES]
            ],
        }

    def _questions(self, model: nn.Module) -> dict[str, Any]:
        answers = self.questions.answers(model, self.examples.inputs)
        scored = [
            (f1(text, references), exact_match(text, references), context, question, text)
            for (context, question), text in zip(self.questions.chosen, answers, strict=True)
            for references in [[each.text for each in question.answers]]
        ]
        if not scored:
            return {"documents": 0, "f1": 0.0, "exact_match": 0.0, "mistakes": []}
        scored.sort(key=lambda entry: entry[0])
        return {
            "documents": len(scored),
            "f1": float(np.mean([entry[0] for entry in scored])),
            "exact_match": float(np.mean([entry[1] for entry in scored])),
            "mistakes": [
                {
                    "question": question.text,
                    "label": question.answers[0].text,
                    "predicted": text,
                    "f1": score,
                    "text": _excerpt(context),
                }
                for score, _, context, question, text in scored[:MOST_MISTAKES]
                if score < 1
            ],
        }


def _batches(items: Sequence[Item]) -> Iterator[list[int]]:
    """Yield indices of items of similar length."""
    order = sorted(range(len(items)), key=lambda index: len(items[index]["input_ids"]))
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * len(items[index]["input_ids"]) > TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _f1_by_label(hits: np.ndarray, true: np.ndarray, said: np.ndarray) -> list[float]:
    """Return F1 of each label: 2 hits / (true + said), 0 where a label neither occurs nor is predicted."""
    return [
        float(2 * hit / (one + other)) if one + other else 0.0
        for hit, one, other in zip(hits, true, said, strict=True)
    ]


def _mean_of_present(values: Sequence[float], counts: np.ndarray) -> float:
    """Return the mean over the labels that occur."""
    present = [value for value, count in zip(values, counts, strict=True) if count]
    return float(np.mean(present)) if present else 0.0


def _mistake(document: LabelledDocument, predicted: str, probability: float) -> dict[str, Any]:
    return {
        "row": document.row,
        "label": ", ".join(document.labels),
        "predicted": predicted,
        "probability": probability,
        "text": _excerpt(document.text),
    }


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT_CHARACTERS else f"{text[:_EXCERPT_CHARACTERS].rstrip()} …"
