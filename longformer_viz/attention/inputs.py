"""The inputs of one attention call, which every kernel takes."""

from dataclasses import dataclass

from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class AttentionInputs:
    """The arguments of one call, and what the choice of a kernel depends on.

    Attributes:
        query: `[batch, heads, n, d]`, not scaled, contiguous in its last dimension.
        key: `[batch, heads, n, d]`, contiguous in its last dimension.
        value: `[batch, heads, n, d]`, contiguous in its last dimension.
        layer: Window in tokens, and a dilation for each head.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        global_tokens: The global tokens of the batch; None if there are none.
        dropout: Probability that a weight is dropped.
        needs_grad: Whether gradients are enabled and an input requires one.
        transformed: Whether a function transform or a forward-mode gradient is active.
    """

    query: Tensor
    key: Tensor
    value: Tensor
    layer: LayerSpec
    keep: Tensor | None = None
    global_tokens: GlobalTokens | None = None
    dropout: float = 0.0
    needs_grad: bool = False
    transformed: bool = False

    @property
    def local_keys(self) -> Tensor | None:
        """The keys that a window includes, bool `[batch, n]`; None for all."""
        return self.keep if self.global_tokens is None else self.global_tokens.local_keys(self.keep)

    @property
    def columns(self) -> tuple[Tensor, Tensor, Tensor] | None:
        """Key and value of the global tokens `[batch, heads, g, d]`, and bool `[batch, g]`; None without any."""
        return None if self.global_tokens is None else self.global_tokens.columns(self.key, self.value)
