"""Sequences of labelled texts to train on, made afresh for each epoch, and their loss."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerBase

from longformer_viz.spec import InputError
from longformer_viz.training.batch import Batch, Example, drawn
from longformer_viz.training.datasets import LabelledText
from longformer_viz.training.examples import encoded


class LabelExamples:
    """Labelled texts; of one that is longer than `max_tokens` the beginning, or more seldom any other stretch.

    beginnings: how often the beginning; times: how often each text is read in an epoch, a fraction by chance.
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
        single = tokenizer("a")
        inner = [index for index, part in enumerate(single.sequence_ids()) if part is not None]
        self.before, self.after = single["input_ids"][: inner[0]], single["input_ids"][inner[-1] + 1 :]
        self.max_tokens, self.beginnings, self.times = max_tokens, beginnings, times
        self.encoded = encoded([text.text for text in texts], tokenizer)
        self.targets = [labels.index(text.label) for text in texts]

    def of_epoch(self, random: Generator) -> list[Example]:
        """Each text, from its beginning or from anywhere."""
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
        """Cross-entropy of the labels."""
        return cross_entropy(model(**batch.inputs).logits.float(), batch.targets[:, 0])
