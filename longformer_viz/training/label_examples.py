"""Training examples for labelled texts, drawn anew for each epoch, and their loss."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerBase

from longformer_viz.spec import InputError
from longformer_viz.training.batch import Batch, Example, drawn
from longformer_viz.training.datasets import LabelledText
from longformer_viz.training.examples import encoded, special_ends


class LabelExamples:
    """Labelled texts, each cut to one sequence.

    Args:
        texts: The texts.
        labels: The labels, in the model's order.
        tokenizer: The model's tokenizer.
        max_tokens: Length of a sequence, in tokens.
        beginnings: Share of the longer texts that are read from the beginning; the others start at a random token.
        times: How often each text is read in an epoch; a fraction is drawn at random.

    Raises:
        InputError: If there are fewer than two labels.
    """

    def __init__(
        self,
        texts: Sequence[LabelledText],
        labels: Sequence[str],
        tokenizer: PreTrainedTokenizerBase,
        max_tokens: int = 512,
        beginnings: float = 0.7,
        times: float = 1.0,
    ) -> None:
        if len(set(labels)) < 2:
            raise InputError("Training needs texts of at least two labels; got one. Add texts of another label.")
        self.before, self.after = special_ends(tokenizer)
        self.max_tokens, self.beginnings, self.times = max_tokens, beginnings, times
        self.encoded = encoded([text.text for text in texts], tokenizer)
        self.targets = [labels.index(text.label) for text in texts]

    def of_epoch(self, random: Generator) -> list[Example]:
        """Draw one sequence of each text, from its beginning or from a random token.

        Args:
            random: Source of every random choice.

        Returns:
            The examples, unsorted.
        """
        examples = []
        room = self.max_tokens - len(self.before) - len(self.after)
        for (ids, _), target in zip(self.encoded, self.targets, strict=True):
            for _ in range(drawn(self.times, random)):
                start = 0
                if len(ids) > room and random.random() >= self.beginnings:
                    start = int(random.integers(len(ids) - room + 1))
                stretch = np.concatenate([self.before, ids[start : start + room], self.after])
                examples.append(Example(stretch, 1, 1, 0, np.array([target])))
        return examples

    def loss(self, model: nn.Module, batch: Batch) -> Tensor:
        """Compute the cross-entropy of the labels.

        Args:
            model: The model to train.
            batch: The padded examples.

        Returns:
            The loss, a scalar.
        """
        return cross_entropy(model(**batch.inputs).logits.float(), batch.targets[:, 0])
