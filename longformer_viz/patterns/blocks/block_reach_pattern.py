"""BigBird's own pattern in transformers' evaluation mode, with the interface of other models' own patterns."""

from dataclasses import dataclass

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class BlockReachPattern(BigBirdPattern):
    """The pairs that a BigBird scores in one document: window blocks and two global blocks.

    transformers draws the first block in place of random blocks, so they add no pairs: `random_blocks` is 0.
    """

    name = "Block-sparse"
    reference = "The model's configuration"
    global_positions = ()

    @property
    def causal_layers(self) -> tuple[bool, ...]:
        """Whether each layer is causal: none is."""
        return (False,) * self.depth

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The narrowest symmetric band that contains each layer's pairs, for views that draw bands."""
        return (LayerSpec(2 * (self.length - 1), (1,) * self.heads),) * self.depth
