"""Documents in batches of similar length, the longest first, so that no worker is left alone with a long one."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.corpus.sources import Reference

_LEAST, _MOST = 4, 256
_MOST_BATCHES = 20_000
_FIXED_BYTES = 4_000  # A document costs some time whatever its length.


@dataclass(frozen=True, slots=True)
class Work:
    """A document that is left to examine.

    Attributes:
        reference: Where it is.
        key: Its content's key.
    """

    reference: Reference
    key: str

    @property
    def cost(self) -> int:
        """A measure of the time that it takes."""
        return cost_of(self.reference)


Batch = tuple[Work, ...]


def cost_of(reference: Reference) -> int:
    """Return a measure of the time that a document takes: with sliding windows, time grows as length does.

    Args:
        reference: The document.
    """
    return reference.size_bytes + _FIXED_BYTES


def batch_size(documents: int) -> int:
    """Return the number of documents in a batch: few, so that little is repeated, but not millions of batches.

    Args:
        documents: Number of documents.
    """
    return min(max(_LEAST, documents // _MOST_BATCHES), _MOST)


def batches_of(left: Sequence[Work]) -> list[Batch]:
    """Return the documents in batches, which is how they are sent to workers and sent again if one is lost.

    Args:
        left: The documents.
    """
    size = batch_size(len(left))
    longest_first = sorted(left, key=lambda work: -work.cost)
    return [tuple(longest_first[at : at + size]) for at in range(0, len(longest_first), size)]
