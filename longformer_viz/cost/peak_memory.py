"""Predicted memory at the steps of a forward pass or a training step that may be its peak, by purpose.

The peak is the largest of a few candidates: a layer's attention, its feed-forward part, the start and the end of the
backward pass, and the optimizer's step. Tensors are counted; memory that libraries use for themselves is not.
"""

from dataclasses import dataclass, fields

from longformer_viz.cost.parameters import layer_counts, weight_count
from longformer_viz.cost.setup import Setup
from longformer_viz.cost.sizes import AttentionCost

MASK_BUILDING = 16  # bytes a pair while ModernBERT's mask is made: two 64-bit numbers


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes in use at one candidate for the peak, by purpose."""

    weights: int = 0
    gradients: int = 0
    optimizer: int = 0
    activations: int = 0
    attention: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def added(self) -> int:
        """Bytes that a pass or step adds to the model and the optimizer's state."""
        return self.total - self.weights - self.optimizer


def peak_candidates(setup: Setup, layers: list[AttentionCost]) -> list[tuple[str, Parts]]:
    """Return every candidate for the peak, by name.

    Args:
        setup: What is run.
        layers: The cost of each layer's attention.
    """
    weights = weight_count(setup) * setup.sizes.e
    if setup.training:
        return _training_candidates(setup, layers, weights)
    candidates = []
    for number in sorted({layers.index(layer) for layer in layers}):
        attention = layers[number]
        for name, (activations, held) in _forward_candidates(setup, attention).items():
            candidates.append((name, Parts(weights=weights, activations=activations, attention=held)))
    return candidates


def _forward_candidates(setup: Setup, attention: AttentionCost) -> dict[str, tuple[int, int]]:
    """Activations and attention's own bytes at each step of a forward pass without gradients.

    Beside its attention a layer holds its input and the embeddings' output; its feed-forward part holds input, middle
    and output, and two tensors of the inner width. Reformer's pairs of streams hold more.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, sizes.wide
    mask = attention.mask_bytes
    model = setup.level == "model"
    besides = 2 * unit if model else 0
    if family == "modernbert" and model:
        besides = (
            3 * unit + 4 * sizes.n * sizes.shape.head_size * sizes.e
        )  # sines and cosines of both kinds of layers
    if family == "reformer" and model:
        besides = (19 * unit) // 4 + sizes.shape.layers * unit + sizes.shape.layers * 4 * sizes.rows * 4
    if family == "bigbird" and not model:
        mask = 0  # given with the hidden states
    if family == "huggingface" and not model:
        mask = 0  # its module takes n numbers; the model makes n x n of them
    candidates = {"attention": (besides + attention.query_bytes, attention.temporary_bytes + mask)}
    if family == "modernbert":
        building = sizes.n**2 * MASK_BUILDING
        candidates["mask"] = (unit if model else 0, building)
    if model:
        candidates["feed-forward"] = (3 * unit + 2 * wide, mask)
    return candidates


def _training_candidates(setup: Setup, layers: list[AttentionCost], weights: int) -> list[tuple[str, Parts]]:
    """The candidates of a training step; before it weights and the optimizer's state are held, gradients are not."""
    sizes, family = setup.sizes, setup.method.family
    unit, wide, attention = sizes.unit, sizes.wide, max(layers, key=lambda layer: layer.temporary_bytes)
    optimizer = {"adamw": 2, "sgd": 0}[setup.optimizer] * weights
    counts = layer_counts(setup)
    layer_gradients = sum(counts) * sizes.e
    last_gradients = sizes.shape.hidden * sizes.shape.intermediate * sizes.e  # the last linear layer's come first
    own = _saved_activations(setup)
    saved = [own] * len(layers)
    kept = [layer.saved_bytes for layer in layers]
    mask = attention.mask_bytes
    freed = 2 * wide + unit  # by when the backward pass has come to the attention of a layer

    forward = {name: value for name, value in _forward_candidates(setup, attention).items() if name != "feed-forward"}
    candidates = []

    def add(name: str, gradients: int, activations: int, held: int) -> None:
        whole = weights if setup.accumulation > 1 and name != "optimizer step" else 0
        parts = Parts(weights, max(gradients, whole), optimizer, max(0, activations), held)
        candidates.append((name, parts))

    if family == "reformer":
        activations = (8 + 2 * len(layers)) * unit
        add("end of the backward pass", layer_gradients - counts[0] * sizes.e, activations, attention.backward_bytes)
    else:
        if setup.checkpointing:
            start, start_held = len(layers) * unit + own, max(kept)
        else:
            start, start_held = sum(saved) + unit, sum(kept)
        before = start - own
        before_held = start_held - max(kept)
        for name, (activations, held) in forward.items():
            held += attention.kept_besides_bytes
            add(f"forward pass, {name}", 0, before + activations, before_held + held)
            if setup.checkpointing:
                rest = layer_gradients - counts[0] * sizes.e
                add(f"forward pass again, {name}", rest, activations, held)
        add("backward pass, feed-forward", last_gradients, start + wide + 2 * unit, start_held + mask)
        add(
            "backward pass, attention",
            last_gradients,
            start - freed,
            start_held + attention.backward_bytes + mask,
        )
        first = layer_gradients - counts[0] * sizes.e + last_gradients
        add("end, feed-forward", first, own + wide + 2 * unit, max(kept) + mask)
        add("end, attention", first, own - freed, max(kept) + attention.backward_bytes + mask)
    largest = sizes.shape.vocabulary * sizes.shape.hidden * sizes.e
    if setup.optimizer == "adamw":
        working = 2 * largest if setup.device == "cpu" else weights  # one tensor after another, or all at once
    else:
        working = 0 if setup.device == "cpu" else weights
    add("optimizer step", weights, working, 0)
    return candidates


def _saved_activations(setup: Setup) -> int:
    """What one layer keeps for its backward pass beside its attention's own.

    Input, queries, keys, values, heads' outputs, both norms' inputs, the middle, and two or more tensors of the inner
    width; of both dropouts the noise. Korthikanti et al. 2022, section 4.1, counts the same in 16 bits.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, sizes.wide
    if family == "modernbert":
        return 8 * unit + 4 * wide  # no dropout; the two rotated tensors are the attention's
    noise = 2 * unit * sizes.noise_bytes // sizes.e
    return 8 * unit + (5 if family == "bigbird" else 2) * wide + noise  # BigBird's GELU is written out with tanh
