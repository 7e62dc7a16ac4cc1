"""The record of each layer in a forward pass through the attention interface, for a recorder in the context."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from longformer_viz.patterns.blocks.block_reach import Repeats
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError


@dataclass(frozen=True, slots=True)
class RecordedAttention:
    """One layer's attention over the first document of a batch.

    Attributes:
        query: `[heads, n, d]`, scaled.
        key: `[key_heads, n, d]`; in cross-attention one for each token of the encoder.
        log_sum_exp: `[heads, n]`, sinks included.
        reach: The keys of each query.
        softcap: Cap of the scores, or None.
        sinks: `[heads]` or `[heads, n]`, logits without a key, or None.
        bias: `[heads or 1, 2 n - 1]`, added to the scores by the distance `key - query + n - 1`, or None.
        repeats: Keys that count several times in the softmax, or None.
        is_cross: Whether this is cross-attention, from a decoder to its encoder.
    """

    query: Tensor
    key: Tensor
    log_sum_exp: Tensor
    reach: LayerReach
    softcap: float | None = None
    sinks: Tensor | None = None
    bias: Tensor | None = None
    repeats: Repeats | None = None
    is_cross: bool = False


class Recorder(Protocol):
    """Receives the layers of a forward pass, in order. It may raise to end the pass."""

    def attention(self, layer: RecordedAttention) -> None:
        """Receive one `layer`."""


_recorder: ContextVar[Recorder | None] = ContextVar("longformer_viz_recorder", default=None)


def current_recorder() -> Recorder | None:
    """Return the recorder of this thread's forward pass, or None."""
    return _recorder.get()


def check_whole(documents: int, tokens: int, is_whole: bool) -> None:
    """Check that a run that is recorded reads one document.

    Args:
        documents: Number of documents.
        tokens: Number of tokens of the first one.
        is_whole: Whether the run has neither padding nor gradients.

    Raises:
        InputError: It reads several documents, or has padding or gradients.
    """
    if documents > 1 or not is_whole:
        raise InputError(
            f"A recorded run takes one whole document without padding or gradients; got {documents} with "
            f"{tokens:,} tokens. Pass one document, inside torch.no_grad()."
        )


@contextmanager
def recording(recorder: Recorder | None) -> Iterator[None]:
    """Record every layer of the forward passes inside the `with` block.

    Args:
        recorder: Receives the layers; None records nothing.

    Yields:
        Nothing.
    """
    token = _recorder.set(recorder)
    try:
        yield
    finally:
        _recorder.reset(token)
