"""What a layer's cost is counted from and in: the letters of the formulas, and the record that they fill.

Letters: n tokens, B documents, H hidden width, h heads, d head size, e bytes of a number, w window, g global tokens.
`unit` is one tensor of hidden states, B n H e bytes; a multiply and an add are 2 FLOPs.
"""

from dataclasses import dataclass

from longformer_viz.cost.methods import Method, Shape, modern_intermediate


@dataclass(frozen=True, slots=True)
class AttentionCost:
    """One layer's attention, forward.

    pairs: query-key pairs of all heads that the pattern asks for; product_flops: scores and values; step_flops: the
    same of forward and backward pass; projection_flops: linear layers; moved_bytes: read and written beside the
    projections; temporary_bytes: held at its peak beside hidden states, queries, keys and values; query_bytes: those
    three; saved_bytes: kept for the backward pass beside them and the output; kept_besides_bytes: of these, what is
    kept beside the temporary ones; backward_bytes: held beside that at the backward pass's peak; mask_bytes: the
    model's mask, held in every layer.
    """

    pairs: int
    product_flops: int
    step_flops: int
    projection_flops: int
    moved_bytes: int
    query_bytes: int
    temporary_bytes: int
    saved_bytes: int = 0
    kept_besides_bytes: int = 0
    backward_bytes: int = 0
    mask_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """A method, its lengths and its shape, with the letters of this module's first lines."""

    method: Method
    length: int
    shape: Shape
    batch: int
    device: str

    @property
    def n(self) -> int:
        return self.method.padded(self.length)

    @property
    def e(self) -> int:
        return self.method.element_bytes

    @property
    def rows(self) -> int:
        """Tokens of all documents and heads: B h n."""
        return self.batch * self.shape.heads * self.n

    @property
    def unit(self) -> int:
        return self.batch * self.n * self.shape.hidden * self.e

    @property
    def linear_flops(self) -> int:
        """Of one H x H layer over all tokens: 2 B n H H."""
        return 2 * self.batch * self.n * self.shape.hidden**2

    @property
    def noise_bytes(self) -> int:
        """What dropout keeps of one number: PyTorch's CPU path a number, CUDA's a byte."""
        return self.e if self.device == "cpu" else 1

    @property
    def wide(self) -> int:
        """One tensor of the feed-forward part's inner width."""
        width = modern_intermediate(self.shape) if self.method.family == "modernbert" else self.shape.intermediate
        return self.batch * self.n * width * self.e
