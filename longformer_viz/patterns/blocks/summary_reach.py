"""LongT5's transient-global attention: a window, and keys that are summaries of blocks."""

from dataclasses import dataclass

from longformer_viz.patterns.layer_reach import LayerReach


@dataclass(frozen=True, slots=True)
class SummaryReach(LayerReach):
    """A window, and one key for each whole block of the document, made from the sum of its tokens.

    Guo et al. 2022, section 3.2.

    Attributes:
        block_size: Tokens in a block. The tokens after the last whole block belong to it.
    """

    block_size: int = 16

    @property
    def label(self) -> str:
        """The pattern in words."""
        return "local, with block summaries"

    @property
    def note(self) -> str:
        """What a reader of the weights should know: which keys are no tokens."""
        return (
            f"Each token also attends to summaries of blocks of {self.block_size} tokens. They are no tokens: their "
            "weights are added up and shown as the weight on the sink."
        )

    def spread(self, length: int) -> tuple[int, int]:
        """Return how far tokens before and after a query can influence it; through summaries all can."""
        return self.sides(length) if length < self.block_size else (length - 1, length - 1)
