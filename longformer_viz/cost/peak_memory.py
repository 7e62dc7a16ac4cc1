"""Predicted memory at the steps of a forward pass or a training step that may be its peak, by purpose.

The peak is the largest of a few candidates: a layer's attention, its feed-forward part, the start and the end of the
backward pass, and the optimizer's step. Tensors are counted; memory that libraries use for themselves is not.
"""

from dataclasses import dataclass, fields

from longformer_viz.cost.parameters import layer_counts, weight_count
from longformer_viz.cost.setup import Setup
from longformer_viz.cost.sizes import AttentionCost

MASK_BUILDING = 16  # Bytes per pair while ModernBERT's mask is built: two 64-bit numbers.


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes in use at one candidate for the peak, by purpose.

    Attributes:
        weights: The model's parameters.
        gradients: Their gradients.
        optimizer: The optimizer's state.
        activations: Hidden states and feed-forward tensors.
        attention: Scores, weights and masks of attention.
    """

    weights: int = 0
    gradients: int = 0
    optimizer: int = 0
    activations: int = 0
    attention: int = 0

    @property
    def total(self) -> int:
        """All bytes."""
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def added(self) -> int:
        """Bytes that a pass or step adds to the model and the optimizer's state."""
        return self.total - self.weights - self.optimizer


def peak_candidates(setup: Setup, layers: list[AttentionCost]) -> list[tuple[str, Parts]]:
    """Return every candidate for the peak, by name.

    Args:
        setup: The setup.
        layers: The cost of each layer's attention.
    """
    weights = weight_count(setup) * setup.sizes.e
    if setup.training:
        return _training_candidates(setup, layers, weights)
    candidates = []
    for number in sorted({layers.index(layer) for layer in layers}):
        attention = layers[number]
        for name, (activations, attention_bytes) in _forward_candidates(setup, attention).items():
            candidates.append((name, Parts(weights=weights, activations=activations, attention=attention_bytes)))
    return candidates


def _forward_candidates(setup: Setup, attention: AttentionCost) -> dict[str, tuple[int, int]]:
    """Return the bytes of activations and of attention at each step of a forward pass without gradients.

    During attention, a layer's input and the embeddings' output are in memory. During the feed-forward layers, input,
    intermediate and output tensors and two tensors of the inner width are. Reformer's two streams need more.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, sizes.wide
    mask = attention.mask_bytes
    model = setup.level == "model"
    other_bytes = 2 * unit if model else 0
    if family == "modernbert" and model:
        other_bytes = (
            3 * unit + 4 * sizes.n * sizes.shape.head_size * sizes.e
        )  # Sines and cosines of both kinds of layers.
    if family == "reformer" and model:
        other_bytes = (19 * unit) // 4 + sizes.shape.layers * unit + sizes.shape.layers * 4 * sizes.rows * 4
    if family == "bigbird" and not model:
        mask = 0  # An input of the layer.
    if family == "huggingface" and not model:
        mask = 0  # The layer takes n numbers; the model expands them to n × n.
    candidates = {"attention": (other_bytes + attention.query_bytes, attention.temporary_bytes + mask)}
    if family == "modernbert":
        building = sizes.n**2 * MASK_BUILDING
        candidates["mask"] = (unit if model else 0, building)
    if model:
        candidates["feed-forward"] = (3 * unit + 2 * wide, mask)
    return candidates


def _training_candidates(setup: Setup, layers: list[AttentionCost], weights: int) -> list[tuple[str, Parts]]:
    """Return the candidates of a training step that starts without gradients."""
    sizes, family = setup.sizes, setup.method.family
    unit, wide, attention = sizes.unit, sizes.wide, max(layers, key=lambda layer: layer.temporary_bytes)
    optimizer = {"adamw": 2, "sgd": 0}[setup.optimizer] * weights
    counts = layer_counts(setup)
    layer_gradients = sum(counts) * sizes.e
    last_gradients = (
        sizes.shape.hidden * sizes.shape.intermediate * sizes.e
    )  # Those of the last linear layer are computed first.
    own = _saved_activations(setup)
    saved = [own] * len(layers)
    kept = [layer.saved_bytes for layer in layers]
    mask = attention.mask_bytes
    freed = 2 * wide + unit  # Before the backward pass reaches a layer's attention.

    forward = {name: value for name, value in _forward_candidates(setup, attention).items() if name != "feed-forward"}
    candidates = []

    def add(name: str, gradients: int, activations: int, attention_bytes: int) -> None:
        whole = weights if setup.accumulation > 1 and name != "optimizer step" else 0
        parts = Parts(weights, max(gradients, whole), optimizer, max(0, activations), attention_bytes)
        candidates.append((name, parts))

    if family == "reformer":
        activations = (8 + 2 * len(layers)) * unit
        add("end of the backward pass", layer_gradients - counts[0] * sizes.e, activations, attention.backward_bytes)
    else:
        if setup.checkpointing:
            start, start_attention = len(layers) * unit + own, max(kept)
        else:
            start, start_attention = sum(saved) + unit, sum(kept)
        before = start - own
        before_attention = start_attention - max(kept)
        for name, (activations, attention_bytes) in forward.items():
            attention_bytes += attention.kept_extra_bytes
            add(f"forward pass, {name}", 0, before + activations, before_attention + attention_bytes)
            if setup.checkpointing:
                rest = layer_gradients - counts[0] * sizes.e
                add(f"forward pass again, {name}", rest, activations, attention_bytes)
        add("backward pass, feed-forward", last_gradients, start + wide + 2 * unit, start_attention + mask)
        add(
            "backward pass, attention",
            last_gradients,
            start - freed,
            start_attention + attention.backward_bytes + mask,
        )
        first = layer_gradients - counts[0] * sizes.e + last_gradients
        add("end, feed-forward", first, own + wide + 2 * unit, max(kept) + mask)
        add("end, attention", first, own - freed, max(kept) + attention.backward_bytes + mask)
    largest = sizes.shape.vocabulary * sizes.shape.hidden * sizes.e
    if setup.optimizer == "adamw":
        working = 2 * largest if setup.device == "cpu" else weights  # One tensor after another, or all at once.
    else:
        working = 0 if setup.device == "cpu" else weights
    add("optimizer step", weights, working, 0)
    return candidates


def _saved_activations(setup: Setup) -> int:
    """Return the bytes that one layer keeps for its backward pass, without those of its attention.

    These are input, queries, keys, values, the heads' outputs, the inputs of both norms, the intermediate tensor,
    two or more tensors of the inner width, and both dropout masks. Korthikanti et al. 2022, section 4.1, counts the
    same in 16 bits.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, sizes.wide
    if family == "modernbert":
        return 8 * unit + 4 * wide  # No dropout; the two rotated tensors count as attention.
    dropout_masks = 2 * unit * sizes.noise_bytes // sizes.e
    return (
        8 * unit + (5 if family == "bigbird" else 2) * wide + dropout_masks
    )  # BigBird computes GELU in steps, with tanh.
