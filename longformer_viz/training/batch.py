"""Training examples, and how they are padded into batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Example:
    """One training sequence.

    Attributes:
        ids: Token ids `[n]`, special tokens included.
        global_count: Number of global tokens, from the first on.
        first_choice: The first token that an answer may start at.
        first_position: Position of the document's first token; above 0, positions start late.
        target: For labels the label's index `[1]`. For questions the first and last token of each reference answer
            `[references, 2]`; (0, 0) means no answer.
    """

    ids: np.ndarray
    global_count: int
    first_choice: int
    first_position: int
    target: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


class Examples(Protocol):
    """A source of training examples."""

    def of_epoch(self, random: Generator) -> list[Example]:
        """Return the examples of one epoch, unsorted."""
        ...

    def loss(self, model: nn.Module, batch: "Batch") -> Tensor:
        """Return the mean loss of a batch, with gradients."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to one length.

    Attributes:
        inputs: The model's inputs by name, each `[batch, n]`.
        choices: Where an answer may start or end, `[batch, n]` of booleans.
        targets: The examples' targets `[batch, ...]`.
    """

    inputs: dict[str, Tensor]
    choices: Tensor
    targets: Tensor

    @classmethod
    def of(cls, examples: Sequence[Example], padding: int, device: torch.device) -> "Batch":
        """Pad examples to the longest. Examples with fewer reference answers repeat their last one.

        Args:
            examples: The examples.
            padding: Id of the padding token.
            device: Where the tensors are placed.
        """
        shape = (len(examples), max(map(len, examples)))
        ids = np.full(shape, padding, dtype=np.int64)
        keep, is_global, choices = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        positions = np.full(shape, padding, dtype=np.int64)
        most = max(len(example.target) for example in examples)
        targets = []
        for row, example in enumerate(examples):
            length = len(example)
            ids[row, :length] = example.ids
            keep[row, :length] = 1
            is_global[row, : example.global_count] = 1
            choices[row, 0] = 1
            choices[row, example.first_choice : length - 1] = 1
            positions[row, :length] = np.arange(length) + padding + 1
            positions[row, example.first_choice : length] += example.first_position
            short = most - len(example.target)
            targets.append(np.concatenate([example.target, np.repeat(example.target[-1:], short, axis=0)]))
        inputs = {
            "input_ids": ids,
            "attention_mask": keep,
            "global_attention_mask": is_global,
            "position_ids": positions,
        }
        return cls(
            {name: torch.from_numpy(array).to(device) for name, array in inputs.items()},
            torch.from_numpy(choices).bool().to(device),
            torch.from_numpy(np.stack(targets)).to(device),
        )


class CombinedExamples:
    """Examples of several sources in one run; batches mix the sources.

    Args:
        parts: The sources. All of them have the same loss.
    """

    def __init__(self, parts: Sequence[Examples]) -> None:
        self.parts = parts

    def of_epoch(self, random: Generator) -> list[Example]:
        """Return the examples of every source."""
        return [example for part in self.parts for example in part.of_epoch(random)]

    def loss(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the loss that all sources share."""
        return self.parts[0].loss(model, batch)


def drawn(times: float, random: Generator) -> int:
    """Draw a whole number whose expected value is `times`.

    Args:
        times: 0 or more.
        random: Decides about the fraction.
    """
    whole = int(times)
    return whole + int(times > whole and random.random() < times - whole)
