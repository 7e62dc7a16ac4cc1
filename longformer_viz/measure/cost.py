"""Predicted cost of a forward pass or a training step: FLOPs, bytes moved, and peak bytes with their parts.

A peak is the largest of a few moments (a layer's attention, its feed-forward part, the start and the end of the
backward pass, the optimizer's step), each with what is held then. Counted are tensors; what libraries keep for
themselves is not.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

from longformer_viz.measure.attention_cost import AttentionCost, Sizes, attention_cost
from longformer_viz.measure.methods import (
    CHUNK,
    LEVELS,
    MODERN_EVERY,
    SHAPES,
    Method,
    check_choice,
    check_lengths,
    check_positive,
    modern_intermediate,
)
from longformer_viz.spec import InputError

OPTIMIZERS = ("adamw", "sgd")
DEVICES = ("cpu", "cuda")
MASK_BUILDING = 16  # bytes a pair while ModernBERT's mask is made: two 64-bit numbers


@dataclass(frozen=True, slots=True)
class Setup:
    """What is run: a method at a length, one layer's attention or a whole encoder, inference or a training step.

    method: as `Method.named` reads it, its type that of weights and activations; batch: documents at once;
    checkpointing: layers keep their input only and are computed again in the backward pass; accumulation: passes
    before the optimizer steps; optimizer: "adamw" or "sgd"; device: "cpu" or "cuda", where dropout and fused
    attention keep different things. Training is of whole models, with their configs' own dropout.
    Raises InputError for a value that is none of these.
    """

    method: Any = "longformer-512"
    length: int = 4096
    shape: str = "base"
    level: str = "model"
    batch: int = 1
    training: bool = False
    checkpointing: bool = False
    accumulation: int = 1
    optimizer: str = "adamw"
    device: str = "cpu"

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Method.named(self.method))
        object.__setattr__(self, "length", check_lengths([self.length])[0])
        object.__setattr__(self, "batch", check_positive(self.batch, "Batch", whole=True))
        object.__setattr__(self, "accumulation", check_positive(self.accumulation, "Accumulation", whole=True))
        check_choice(self.shape, tuple(SHAPES), "Shape")
        check_choice(self.level, LEVELS, "Level")
        check_choice(self.optimizer, OPTIMIZERS, "Optimizer")
        check_choice(self.device, DEVICES, "Device")
        if self.checkpointing and self.method.family == "reformer":
            raise InputError(
                "Reformer's layers are reversible and computed again anyway; got checkpointing. Leave it out."
            )
        if self.training and self.level == "layer":
            raise InputError("Training is of whole models; got level 'layer'. Try level='model'.")

    @property
    def sizes(self) -> Sizes:
        return Sizes(self.method, self.length, SHAPES[self.shape], self.batch, self.device)


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes held at one moment, by what they are for."""

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
        """What a pass or step adds to the model and the optimizer's state."""
        return self.total - self.weights - self.optimizer


@dataclass(frozen=True, slots=True)
class Cost:
    """The prediction for a setup.

    flops: of matrix products, a multiply and an add as two; moved_bytes: read and written by layers, each operand
    once; pairs: query-key pairs that the pattern asks for, over documents, layers and heads; full_pairs: those of
    full attention; peak: the parts at the `moment` of the peak; moments: every moment that was compared.
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
        """All that is held at the peak."""
        return self.peak.total

    @property
    def added_bytes(self) -> int:
        """What the pass or step adds to weights and optimizer state: what `probe` measures."""
        return max(parts.added for _, parts in self.moments)


def predict(setup: Setup) -> Cost:
    """The cost of this setup.

    Sources: each family's formulas are told in attention_cost.py; linear layers 2 n a b FLOPs, and twice a forward
    pass for the backward pass (Kaplan et al. 2020, section 2.1); checkpointing one forward pass more (Chen et al.
    2016, section 4); moments read from what PyTorch's autograd keeps.
    """
    layers = _layers(setup)
    moments = tuple(_moments(setup, layers))
    moment, peak = max(moments, key=lambda named: named[1].total)
    sizes = setup.sizes
    return Cost(
        setup=setup,
        flops=_flops(setup, layers),
        moved_bytes=_moved_bytes(setup, layers),
        pairs=sum(layer.pairs for layer in layers),
        full_pairs=len(layers) * setup.batch * sizes.shape.heads * setup.length**2,
        peak=peak,
        moment=moment,
        moments=moments,
    )


def weight_count(setup: Setup) -> int:
    """Parameters of the encoder (or of one layer's attention), positions for the padded length included."""
    sizes, family = setup.sizes, setup.method.family
    hidden = sizes.shape.hidden
    dense = hidden**2 + hidden
    if setup.level == "layer":
        plain = {"reformer": 2 * hidden**2, "modernbert": 4 * hidden**2}
        return plain.get(family, (6 if _has_global_projections(setup.method) else 3) * dense)
    return (
        _embedding_count(setup)
        + sum(_layer_counts(setup))
        + {"modernbert": hidden, "reformer": 4 * hidden}.get(family, 0)
    )


def _has_global_projections(method: Method) -> bool:
    return method.family in ("longformer", "huggingface")


def _embedding_count(setup: Setup) -> int:
    shape, positions = setup.sizes.shape, setup.sizes.n
    family, hidden = setup.method.family, setup.sizes.shape.hidden
    if family == "modernbert":
        return shape.vocabulary * hidden + hidden
    if family == "reformer":
        return (shape.vocabulary + positions) * hidden
    if family == "chunks":
        positions = CHUNK
    if _has_global_projections(setup.method):
        positions += 2
    return (shape.vocabulary + positions + 2) * hidden + 2 * hidden  # two token types; scale and shift


def _layer_counts(setup: Setup) -> list[int]:
    """Parameters of each layer."""
    shape, family = setup.sizes.shape, setup.method.family
    hidden, wide = shape.hidden, shape.intermediate
    feed_forward = 2 * hidden * wide + wide + hidden
    if family == "modernbert":
        gated = 3 * hidden * modern_intermediate(shape)
        return [4 * hidden**2 + gated + hidden * (1 if layer == 0 else 2) for layer in range(shape.layers)]
    if family == "reformer":
        return [(4 - layer % 2) * hidden**2 + feed_forward + 4 * hidden for layer in range(shape.layers)]
    dense = (7 if _has_global_projections(setup.method) else 4) * (hidden**2 + hidden)
    return [dense + feed_forward + 4 * hidden] * shape.layers


def _layers(setup: Setup) -> list[AttentionCost]:
    """The attention of every layer (or of the one)."""
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
    """The linear layers of one layer behind its attention: output projection and feed-forward part."""
    sizes = setup.sizes
    if setup.method.family == "modernbert":  # its output projection is counted with the attention
        return sizes.linear_flops * 3 * modern_intermediate(sizes.shape) // sizes.shape.hidden
    return sizes.linear_flops + sizes.linear_flops * 2 * sizes.shape.intermediate // sizes.shape.hidden


def _flops(setup: Setup, layers: list[AttentionCost]) -> int:
    linear = sum(layer.projection_flops for layer in layers)
    products = sum(layer.product_flops for layer in layers)
    if setup.level == "model":
        linear += len(layers) * _rest_flops(setup)
    if not setup.training:
        return linear + products
    again = setup.checkpointing or setup.method.family == "reformer"  # whose reversible layers are computed again too
    step = (3 + again) * linear + sum(layer.step_flops for layer in layers)
    return (step + setup.checkpointing * products) * setup.accumulation


def _moved_bytes(setup: Setup, layers: list[AttentionCost]) -> int:
    sizes = setup.sizes
    unit, wide = sizes.unit, _wide_bytes(setup)
    weights = weight_count(setup) * sizes.e
    moved = sum(layer.moved_bytes for layer in layers) + len(layers) * 6 * unit + weights
    if setup.level == "model":
        moved += len(layers) * (2 * unit + 4 * wide + 2 * unit + 8 * unit)  # two linear layers, two norms and sums
    if not setup.training:
        return moved
    state = {"adamw": 7, "sgd": 3}[setup.optimizer] * weights  # read and write weights and moments, read gradients
    return setup.accumulation * (3 + setup.checkpointing) * moved + state


def _wide_bytes(setup: Setup) -> int:
    """One tensor of the feed-forward part's inner width."""
    sizes = setup.sizes
    width = modern_intermediate(sizes.shape) if setup.method.family == "modernbert" else sizes.shape.intermediate
    return sizes.batch * sizes.n * width * sizes.e


def _moments(setup: Setup, layers: list[AttentionCost]) -> list[tuple[str, Parts]]:
    weights = weight_count(setup) * setup.sizes.e
    if setup.training:
        return _training_moments(setup, layers, weights)
    moments = []
    for number in sorted({layers.index(layer) for layer in layers}):
        attention = layers[number]
        for name, (activations, held) in _forward_moments(setup, attention).items():
            moments.append((name, Parts(weights=weights, activations=activations, attention=held)))
    return moments


def _forward_moments(setup: Setup, attention: AttentionCost) -> dict[str, tuple[int, int]]:
    """Activations and attention's own bytes at each moment of a forward pass without gradients.

    Beside its attention a layer holds its input and the embeddings' output; its feed-forward part holds input, middle
    and output, and two tensors of the inner width. Reformer's pairs of streams hold more.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, _wide_bytes(setup)
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
    moments = {"attention": (besides + attention.query_bytes, attention.temporary_bytes + mask)}
    if family == "modernbert":
        building = sizes.n**2 * MASK_BUILDING
        moments["mask"] = (unit if model else 0, building)
    if model:
        moments["feed-forward"] = (3 * unit + 2 * wide, mask)
    return moments


def _training_moments(setup: Setup, layers: list[AttentionCost], weights: int) -> list[tuple[str, Parts]]:
    """The moments of a training step; before it weights and the optimizer's state are held, gradients are not."""
    sizes, family = setup.sizes, setup.method.family
    unit, wide, attention = sizes.unit, _wide_bytes(setup), max(layers, key=lambda layer: layer.temporary_bytes)
    optimizer = {"adamw": 2, "sgd": 0}[setup.optimizer] * weights
    counts = _layer_counts(setup)
    layer_gradients = sum(counts) * sizes.e
    last_gradients = sizes.shape.hidden * sizes.shape.intermediate * sizes.e  # the last linear layer's come first
    own = _saved_activations(setup)
    saved = [own] * len(layers)
    kept = [layer.saved_bytes for layer in layers]
    mask = attention.mask_bytes
    freed = 2 * wide + unit  # by when the backward pass has come to the attention of a layer

    forward = {name: value for name, value in _forward_moments(setup, attention).items() if name != "feed-forward"}
    moments = []

    def add(name: str, gradients: int, activations: int, held: int) -> None:
        whole = weights if setup.accumulation > 1 and name != "optimizer step" else 0
        parts = Parts(weights, max(gradients, whole), optimizer, max(0, activations), held)
        moments.append((name, parts))

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
    return moments


def _saved_activations(setup: Setup) -> int:
    """What one layer keeps for its backward pass beside its attention's own.

    Input, queries, keys, values, heads' outputs, both norms' inputs, the middle, and two or more tensors of the inner
    width; of both dropouts the noise. Korthikanti et al. 2022, section 4.1, counts the same in 16 bits.
    """
    sizes, family = setup.sizes, setup.method.family
    unit, wide = sizes.unit, _wide_bytes(setup)
    if family == "modernbert":
        return 8 * unit + 4 * wide  # no dropout; the two rotated tensors are the attention's
    noise = 2 * unit * sizes.noise_bytes // sizes.e
    return 8 * unit + (5 if family == "bigbird" else 2) * wide + noise  # BigBird's GELU is written out with tanh


def with_length(setup: Setup, length: int) -> Setup:
    """The same setup at another length."""
    return replace(setup, length=length)
