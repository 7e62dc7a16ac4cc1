"""The symbols of the cost formulas, and the record of a layer's cost.

Symbols: n tokens, B documents, H hidden width, h heads, d head size, e bytes per number, w window, g global tokens.
`unit` is one tensor of hidden states, B n H e bytes; a multiply and an add are 2 FLOPs.
"""

from dataclasses import dataclass

from longformer_viz.cost.methods import Method, Shape, modern_intermediate


@dataclass(frozen=True, slots=True)
class AttentionCost:
    """The cost of one layer's attention.

    Attributes:
        pairs: Query-key pairs that the pattern allows, over all heads.
        product_flops: FLOPs of scores and values in the forward pass.
        step_flops: The same in forward and backward pass.
        projection_flops: FLOPs of the linear layers in the forward pass.
        moved_bytes: Bytes read and written, without the projections.
        query_bytes: Bytes of queries, keys and values.
        temporary_bytes: Bytes at the peak, without hidden states, queries, keys and values.
        saved_bytes: Bytes kept for the backward pass, without these and the output.
        kept_extra_bytes: Those of `saved_bytes` that are not part of `temporary_bytes`.
        backward_bytes: Bytes at the peak of the backward pass, without the saved bytes.
        mask_bytes: Bytes of the model's mask, in memory in every layer.
    """

    pairs: int
    product_flops: int
    step_flops: int
    projection_flops: int
    moved_bytes: int
    query_bytes: int
    temporary_bytes: int
    saved_bytes: int = 0
    kept_extra_bytes: int = 0
    backward_bytes: int = 0
    mask_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """The quantities that the formulas use.

    Attributes:
        method: The method.
        length: Tokens per document.
        shape: The model's sizes.
        batch: Documents per pass.
        device: "cpu" or "cuda".
    """

    method: Method
    length: int
    shape: Shape
    batch: int
    device: str

    @property
    def n(self) -> int:
        """Tokens per document, padded."""
        return self.method.padded(self.length)

    @property
    def e(self) -> int:
        """Bytes per number."""
        return self.method.element_bytes

    @property
    def rows(self) -> int:
        """Rows of all documents and heads: B h n."""
        return self.batch * self.shape.heads * self.n

    @property
    def unit(self) -> int:
        """Bytes of one tensor of hidden states: B n H e."""
        return self.batch * self.n * self.shape.hidden * self.e

    @property
    def linear_flops(self) -> int:
        """FLOPs of one H × H layer over all tokens: 2 B n H²."""
        return 2 * self.batch * self.n * self.shape.hidden**2

    @property
    def noise_bytes(self) -> int:
        """Bytes of a dropout mask per number: PyTorch keeps a number on the CPU and a byte on CUDA."""
        return self.e if self.device == "cpu" else 1

    @property
    def wide(self) -> int:
        """Bytes of one tensor of the feed-forward layers' inner width."""
        width = modern_intermediate(self.shape) if self.method.family == "modernbert" else self.shape.intermediate
        return self.batch * self.n * width * self.e
