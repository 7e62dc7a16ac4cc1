"""The documents of a run as training examples, the batches made of them, and their loss."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.random import default_rng
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from longformer_viz.training.batch import Batch, Example
from longformer_viz.training.examples import QuestionExamples, encoded, question_loss, special_ends
from longformer_viz.training.own_data.labelled import LabelledDocument
from longformer_viz.training.own_data.reading import LABELS, LANGUAGE, QUESTIONS
from longformer_viz.training.runs.base_model import Base
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.settings import TrainingSettings

Item = dict[str, Any]
IGNORED = -100
_MASKED = 0.15


class RunExamples:
    """The examples of a run.

    Args:
        base: The model's tokenizer and kind.
        settings: Task, longest document, and global tokens.
        labels: The labels, in their order.
    """

    def __init__(self, base: Base, settings: TrainingSettings, labels: Sequence[str]) -> None:
        self.base, self.settings, self.labels = base, settings, list(labels)
        self.max_tokens = min(settings.max_tokens, base.max_tokens)

    def training(self, data: RunData) -> list[Item]:
        """Return the examples to train on.

        Args:
            data: The run's data.
        """
        if self.settings.task == QUESTIONS:
            drawn = QuestionExamples(data.training_articles, self.base.tokenizer, self.max_tokens, shift=0)
            return [_item(example) for example in drawn.of_epoch(default_rng(self.settings.seed))]
        if self.settings.task == LANGUAGE:
            return self.pieces(data.training)
        return self.labelled(data.training)

    def pieces(self, documents: Sequence[LabelledDocument]) -> list[Item]:
        """Return documents as examples without targets, split into pieces that fit.

        Args:
            documents: The documents.
        """
        before, after = special_ends(self.base.tokenizer)
        room = self.max_tokens - len(before) - len(after)
        return [
            _item(Example(np.concatenate([before, ids[start : start + room], after]), 1, 1, 0, np.zeros(1)))
            for ids, _ in encoded([each.text for each in documents], self.base.tokenizer)
            for start in range(0, len(ids), room)
        ]

    def labelled(self, documents: Sequence[LabelledDocument]) -> list[Item]:
        """Return labelled documents as examples, each cut to the longest length.

        Args:
            documents: The documents.
        """
        before, after = special_ends(self.base.tokenizer)
        room = self.max_tokens - len(before) - len(after)
        found = []
        for document, (ids, _) in zip(
            documents, encoded([each.text for each in documents], self.base.tokenizer), strict=True
        ):
            row = np.concatenate([before, ids[:room], after])
            found.append(_item(Example(row, 1, 1, 0, self._target(document))))
        return found

    def _target(self, document: LabelledDocument) -> np.ndarray:
        if self.settings.task == LABELS:
            return np.array([self.labels.index(document.labels[0])])
        return np.array([float(label in document.labels) for label in self.labels], dtype=np.float32)

    def batch(self, items: Sequence[Item], generator: torch.Generator | None = None) -> dict[str, Any]:
        """Pad examples to one length, with the global tokens of the settings; for "language" mask some tokens.

        Args:
            items: The examples.
            generator: Draws the masked tokens; None uses torch's own.

        Returns:
            The model's inputs by name, and `choices` and `targets` as in `Batch`.
        """
        tokenizer: Any = self.base.tokenizer
        batch = Batch.of([item["example"] for item in items], tokenizer.pad_token_id, torch.device("cpu"))
        inputs = self.inputs(batch)
        if self.settings.task == LANGUAGE:
            inputs["input_ids"], targets = masked(inputs["input_ids"], tokenizer, generator)
            return inputs | {"choices": batch.choices, "targets": targets}
        return inputs | {"choices": batch.choices, "targets": batch.targets}

    def inputs(self, batch: Batch) -> dict[str, Tensor]:
        """Return the model's inputs by name, with the global tokens of the settings.

        Args:
            batch: Padded examples.
        """
        found = {name: batch.inputs[name] for name in ("input_ids", "attention_mask")}
        if self.base.has_global_tokens:
            is_global = batch.inputs["global_attention_mask"].clone()
            if self.settings.global_every:
                is_global[:, :: self.settings.global_every] = 1
            found["global_attention_mask"] = is_global * found["attention_mask"]
        return found

    def loss(self, model: nn.Module, batch: dict[str, Any]) -> tuple[Tensor, Any]:
        """Compute the mean loss of a batch.

        Args:
            model: The model.
            batch: As `batch` returns it.

        Returns:
            The loss, and the model's outputs.
        """
        inputs = {name: value for name, value in batch.items() if name not in ("choices", "targets")}
        outputs = model(**inputs)
        if self.settings.task == QUESTIONS:
            return question_loss(outputs, batch["choices"], batch["targets"]), outputs
        if self.settings.task == LANGUAGE:
            chosen = batch["targets"] != IGNORED
            return cross_entropy(outputs.logits[chosen].float(), batch["targets"][chosen]), outputs
        logits = outputs.logits.float()
        if self.settings.task == LABELS:
            return cross_entropy(logits, batch["targets"][:, 0]), outputs
        return binary_cross_entropy_with_logits(logits, batch["targets"]), outputs


def masked(ids: Tensor, tokenizer: Any, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
    """Mask 15% of the tokens: 80% of these become the mask token, 10% a random one, 10% stay.

    Source: Devlin et al. 2018, section 3.1, which Longformer's language models follow.

    Args:
        ids: Token ids `[batch, n]`, special tokens included.
        tokenizer: The model's tokenizer.
        generator: Draws the tokens; None uses torch's own.

    Returns:
        The changed ids, and as targets the original ids of the chosen tokens; `IGNORED` elsewhere.
    """
    special = torch.isin(ids, torch.tensor(tokenizer.all_special_ids))
    draw = torch.rand(ids.shape, generator=generator)
    chosen = (draw < _MASKED) & ~special
    if not chosen.any():  # A short text; its loss must not be empty.
        places = (~special).nonzero()
        chosen[tuple(places[0])] = True
    random = torch.randint(len(tokenizer), ids.shape, generator=generator)
    kind = torch.rand(ids.shape, generator=generator)
    changed = torch.where(chosen & (kind < 0.8), tokenizer.mask_token_id, ids)
    changed = torch.where(chosen & (kind >= 0.8) & (kind < 0.9), random, changed)
    return changed, torch.where(chosen, ids, IGNORED)


def _item(example: Example) -> Item:
    return {"example": example, "input_ids": example.ids}  # The sampler reads lengths from input_ids.
