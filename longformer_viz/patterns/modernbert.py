"""ModernBERT's pattern: a narrow window, and full attention in every third layer (Warner et al. 2024, 2.1.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from longformer_viz.checks import check_whole
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Tiles, check_length, check_model
from longformer_viz.spec import LayerSpec, check_index, check_window


@dataclass(frozen=True, slots=True)
class ModernBertPattern:
    """Full attention in layers 0, 3, 6 ..., a sliding window in all others.

    Attributes:
        depth: Number of layers.
        heads: Heads in a layer.
        local_attention: The full, even width of the window: 128 means 64 keys on each side and the token itself.
        every: Distance from one full layer to the next; the first layer is always full.

    Raises:
        InputError: A number is out of range.
    """

    depth: int
    heads: int
    local_attention: int = 128
    every: int = 3

    name = "ModernBERT"
    reference = 'Warner et al. 2024, arXiv:2412.13663, section 2.1.2, "Alternating Attention"'

    def __post_init__(self) -> None:
        check_model(self.depth, self.heads)
        check_window(self.local_attention, "Local attention")
        check_whole(self.every, "Layers from one full layer to the next", 1, 1_000, 3)

    def is_full(self, layer: int) -> bool:
        """Return whether this `layer` has full attention."""
        return check_index(layer, self.depth, "Layer") % self.every == 0

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `Pattern.allows`."""
        return self._of(layer).allows(0, head, query, key)

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs in a document of `length` tokens, over all layers and heads."""
        length = check_length(length)
        full = sum(self.is_full(layer) for layer in range(self.depth))
        window = self._window().count_pairs(length)
        return full * self.heads * length**2 + (self.depth - full) * window

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield the rectangles of the full layer or of the window. The parameters are those of `Pattern.tiles`."""
        return self._of(layer).tiles(0, length, heads)

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        return self._of(layer).propagate(0, marked)

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`."""
        return self._of(layer).attended_tokens(0, queries)

    def _of(self, layer: int) -> FullPattern | LongformerPattern:
        return FullPattern(1, self.heads) if self.is_full(layer) else self._window()

    def _window(self) -> LongformerPattern:
        return LongformerPattern((LayerSpec(self.local_attention, (1,) * self.heads),))
