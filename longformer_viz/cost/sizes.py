"""What a layer's cost is counted from and in: the letters of the formulas, and the record that they fill.

Letters: n tokens, B documents, H hidden width, h heads, d head size, e bytes of a number, w window, g global tokens.
`unit` is one tensor of hidden states, B n H e bytes; a multiply and an add are 2 FLOPs.
"""

from dataclasses import dataclass

from longformer_viz.cost.methods import Method, Shape, modern_intermediate


@dataclass(frozen=True, slots=True)
class AttentionCost:
    """The cost of one layer's attention.

    Attributes:
        pairs: Query-key pairs that the pattern allows, over all heads.
        product_flops: Of scores and values, in the forward pass.
        step_flops: The same for forward and backward pass.
        projection_flops: Of the linear layers, in the forward pass.
        moved_bytes: Read and written, without the projections.
        query_bytes: Of queries, keys and values.
        temporary_bytes: At the peak, beyond hidden states, queries, keys and values.
        saved_bytes: For the backward pass, beyond these and the output.
        kept_besides_bytes: Those of `saved_bytes` that are not part of `temporary_bytes`.
        backward_bytes: At the peak of the backward pass, beyond the saved bytes.
        mask_bytes: Of the model's mask, in memory in every layer.
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
