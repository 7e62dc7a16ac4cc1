"""A recorded run of an encoder-decoder: its three kinds of attention."""

from dataclasses import dataclass

from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.seq2seq.cross_trace import CrossTrace
from longformer_viz.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Seq2SeqTrace:
    """One document and its target text through an encoder-decoder.

    Attributes:
        encoder: The encoder's self-attention: document tokens attend to document tokens.
        decoder: The decoder's self-attention: each target token attends to itself and earlier ones.
        cross: The decoder's cross-attention: target tokens attend to document tokens.
    """

    encoder: Trace
    decoder: ReachTrace
    cross: CrossTrace

    @property
    def size_bytes(self) -> int:
        """Memory of the three traces."""
        return self.encoder.size_bytes + self.decoder.size_bytes + self.cross.size_bytes
