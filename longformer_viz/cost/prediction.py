"""Predicted cost of a forward pass or a training step: FLOPs, bytes moved, and peak bytes with their parts."""

from dataclasses import dataclass

from longformer_viz.cost.attention import attention_cost
from longformer_viz.cost.families import MODERN_EVERY
from longformer_viz.cost.methods import modern_intermediate
from longformer_viz.cost.parameters import weight_count
from longformer_viz.cost.peak_memory import Parts, peak_candidates
from longformer_viz.cost.setup import Setup
from longformer_viz.cost.sizes import AttentionCost


@dataclass(frozen=True, slots=True)
class Cost:
    """The prediction for a setup.

    Attributes:
        setup: The setup.
        flops: FLOPs of matrix products; a multiply and an add count as two.
        moved_bytes: Bytes read and written by layers, each operand once.
        pairs: Query-key pairs that the pattern allows, over documents, layers and heads.
        full_pairs: Those of full attention.
        peak: Memory at the peak, by purpose.
        moment: Name of the step at which the peak occurs.
        moments: Memory at every candidate for the peak, by name.
    """

    setup: Setup
    flops: int
    moved_bytes: int
    pairs: int
    full_pairs: int
    peak: Parts
    moment: str
    moments: tuple[tuple[str, Parts], ...]

    @property
    def peak_bytes(self) -> int:
        """Memory in use at the peak."""
        return self.peak.total

    @property
    def added_bytes(self) -> int:
        """Bytes added to weights and optimizer state, as measured by `probe`."""
        return max(parts.added for _, parts in self.moments)


def predict(setup: Setup) -> Cost:
    """Predict the cost of a setup.

    The formulas of each family are listed in attention.py. A linear layer costs 2 n a b FLOPs, and a backward pass
    twice its forward pass (Kaplan et al. 2020, section 2.1). Checkpointing adds a forward pass (Chen et al. 2016,
    section 4).

    Args:
        setup: The setup.
    """
    layers = _layers(setup)
    found = tuple(peak_candidates(setup, layers))
    moment, peak = max(found, key=lambda named: named[1].total)
    sizes = setup.sizes
    return Cost(
        setup=setup,
        flops=_flops(setup, layers),
        moved_bytes=_moved_bytes(setup, layers),
        pairs=sum(layer.pairs for layer in layers),
        full_pairs=len(layers) * setup.batch * sizes.shape.heads * setup.length**2,
        peak=peak,
        moment=moment,
        moments=found,
    )


def _layers(setup: Setup) -> list[AttentionCost]:
    """Return the cost of every layer's attention, or of the single layer."""
    sizes, family = setup.sizes, setup.method.family
    if setup.level == "layer":
        return [attention_cost(sizes)]
    if family == "reformer":
        kinds = [("local", "hashed")[layer % 2] for layer in range(sizes.shape.layers)]
    elif family == "modernbert":
        kinds = ["local" if layer % MODERN_EVERY else "full" for layer in range(sizes.shape.layers)]
    else:
        kinds = [""] * sizes.shape.layers
    costs = {kind: attention_cost(sizes, kind) for kind in set(kinds)}
    return [costs[kind] for kind in kinds]


def _rest_flops(setup: Setup) -> int:
    """Return the FLOPs of one layer after its attention: output projection and feed-forward layers."""
    sizes = setup.sizes
    if setup.method.family == "modernbert":  # Its output projection is counted with the attention.
        return sizes.linear_flops * 3 * modern_intermediate(sizes.shape) // sizes.shape.hidden
    return sizes.linear_flops + sizes.linear_flops * 2 * sizes.shape.intermediate // sizes.shape.hidden


def _flops(setup: Setup, layers: list[AttentionCost]) -> int:
    linear = sum(layer.projection_flops for layer in layers)
    products = sum(layer.product_flops for layer in layers)
    if setup.level == "model":
        linear += len(layers) * _rest_flops(setup)
    if not setup.training:
        return linear + products
    recomputed = (
        setup.checkpointing or setup.method.family == "reformer"
    )  # Its reversible layers are always recomputed.
    step = (3 + recomputed) * linear + sum(layer.step_flops for layer in layers)
    return (step + setup.checkpointing * products) * setup.accumulation


def _moved_bytes(setup: Setup, layers: list[AttentionCost]) -> int:
    sizes = setup.sizes
    unit, wide = sizes.unit, sizes.wide
    weights = weight_count(setup) * sizes.e
    moved = sum(layer.moved_bytes for layer in layers) + len(layers) * 6 * unit + weights
    if setup.level == "model":
        moved += len(layers) * (2 * unit + 4 * wide + 2 * unit + 8 * unit)  # Two linear layers, two norms and sums.
    if not setup.training:
        return moved
    state = {"adamw": 7, "sgd": 3}[
        setup.optimizer
    ] * weights  # Reads and writes weights and moments, reads gradients.
    return setup.accumulation * (3 + setup.checkpointing) * moved + state
