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
        global_count: Number of global tokens, which come first.
        first_choice: The first token at which an answer may start.
        first_position: Position of the document's first token. A value above 0 shifts all positions.
        target: For labels the label's index `[1]`. For questions the first and last token of each reference answer
            `[references, 2]`; (0, 0) means that there is no answer.
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
        """Draw the examples of one epoch.

        Args:
            random: Source of every random choice.

        Returns:
            The examples, unsorted.
        """
        ...

    def loss(self, model: nn.Module, batch: "Batch") -> Tensor:
        """Compute the mean loss of a batch, with gradients.

        Args:
            model: The model to train.
            batch: The padded examples.

        Returns:
            The loss, a scalar.
        """
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to one length.

    Attributes:
        inputs: The model's inputs by name, each `[batch, n]`.
        choices: The tokens at which an answer may start or end, `[batch, n]` of booleans.
        targets: The examples' targets `[batch, ...]`.
    """

    inputs: dict[str, Tensor]
    choices: Tensor
    targets: Tensor

    @classmethod
    def of(cls, examples: Sequence[Example], padding: int, device: torch.device) -> "Batch":
        """Pad examples to the length of the longest.

        An example with fewer reference answers than another repeats its last one.

        Args:
            examples: The examples.
            padding: Id of the padding token.
            device: Device of the tensors.

        Returns:
            The batch.
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
    """Examples of several sources in one run; a batch mixes the sources.

    Args:
        parts: The sources. All of them have the same loss.
    """

    def __init__(self, parts: Sequence[Examples]) -> None:
        self.parts = parts

    def of_epoch(self, random: Generator) -> list[Example]:
        """Draw the examples of every source for one epoch.

        Args:
            random: Source of every random choice.

        Returns:
            The examples, source after source.
        """
        return [example for part in self.parts for example in part.of_epoch(random)]

    def loss(self, model: nn.Module, batch: Batch) -> Tensor:
        """Compute the loss that all sources share.

        Args:
            model: The model to train.
            batch: The padded examples.

        Returns:
            The loss, a scalar.
        """
        return self.parts[0].loss(model, batch)


def drawn(times: float, random: Generator) -> int:
    """Draw a whole number whose expected value is `times`.

    Args:
        times: The expected value, 0 or more.
        random: Decides whether the fraction rounds up.

    Returns:
        `times` rounded down or up.
    """
    whole = int(times)
    return whole + int(times > whole and random.random() < times - whole)
