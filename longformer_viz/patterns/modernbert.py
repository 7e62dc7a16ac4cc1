"""ModernBERT's pattern: a narrow window, and full attention in every third layer (Warner et al. 2024, 2.1.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Tiles, check_model, check_number
from longformer_viz.spec import LayerSpec, check_window


@dataclass(frozen=True, slots=True)
class ModernBertPattern:
    """Layers 0, 3, 6 ... see everything, all others a sliding window.

    local_attention: the full, even width of the window, 128 for 64 keys on each side and the token itself; every: one
    layer in how many is full, the first one always. Raises InputError.
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
        check_number(self.every, "Layers from one full layer to the next", 1, 1_000, 3)

    def is_full(self, layer: int) -> bool:
        """Whether a layer sees everything."""
        return layer % self.every == 0

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Whether `query` may attend to `key` (positions, broadcast) in this layer."""
        return self._of(layer).allows(0, head, query, key)

    def count_pairs(self, length: int) -> int:
        """Pairs scored in a document of `length` tokens, over all layers and heads, each pair once."""
        full = sum(self.is_full(layer) for layer in range(self.depth))
        window = self._window().count_pairs(length)
        return full * self.heads * length**2 + (self.depth - full) * window

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Those of the full layer or of the window."""
        return self._of(layer).tiles(0, length, heads)

    def spread(self, layer: int, marked: Tensor) -> Tensor:
        """What each token holds after the layer; marked: bool or integer bits [n, k]."""
        return self._of(layer).spread(0, marked)

    def seen(self, layer: int, queries: Tensor) -> Tensor:
        """The tokens that some tokens see; bool [n]."""
        return self._of(layer).seen(0, queries)

    def _of(self, layer: int) -> FullPattern | LongformerPattern:
        return FullPattern(1, self.heads) if self.is_full(layer) else self._window()

    def _window(self) -> LongformerPattern:
        return LongformerPattern((LayerSpec(self.local_attention, (1,) * self.heads),))
