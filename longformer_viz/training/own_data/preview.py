"""How long the documents of a data set are, in tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longformer_viz.models.loading import LoadedModel

MOST_COUNTED = 2000
LIMITS = (512, 4096)


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths of documents.

    Attributes:
        tokens: Tokens of each counted document.
        documents: Number of all documents.
    """

    tokens: tuple[int, ...]
    documents: int

    @property
    def is_sample(self) -> bool:
        """Whether only some of the documents were counted."""
        return len(self.tokens) < self.documents

    @property
    def median(self) -> int:
        """The median length, in tokens."""
        return int(np.median(self.tokens))

    @property
    def longest(self) -> int:
        """The longest counted document, in tokens."""
        return max(self.tokens)

    def share_over(self, limit: int) -> float:
        """Return the share of documents with more than a number of tokens.

        Args:
            limit: The number of tokens.
        """
        return sum(tokens > limit for tokens in self.tokens) / len(self.tokens)


def count_lengths(texts: Sequence[str], model: LoadedModel, most: int = MOST_COUNTED) -> Lengths:
    """Count the tokens of documents; of many documents a sample, evenly spread.

    Args:
        texts: The documents, at least one.
        model: Its tokenizer counts.
        most: How many documents to count at most.
    """
    chosen: list[int] = np.linspace(0, len(texts) - 1, min(len(texts), most)).round().astype(int).tolist()
    return Lengths(tuple(model.count_tokens(texts[index]) for index in chosen), len(texts))
