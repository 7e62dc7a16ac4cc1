"""Predict the memory and time of a run before it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longformer_viz.cost.fit import RUNTIME_BYTES
from longformer_viz.cost.methods import Method, Shape
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import predicted_run_seconds
from longformer_viz.spec import LayerSpec
from longformer_viz.training.runs.settings import ADAPTERS, TrainingSettings

_LEAST_TOKENS = 16
_PASSES = {True: 4, False: 3}
"""Forward passes that a step costs: a backward pass costs two, and checkpointing computes the forward pass again."""
_ADAPTER_ROWS = {True: 150, False: 330}
"""What a step with adapters needs beside the formula, in rows of the hidden width for each token; with and without
checkpointing. Measured with the built-in model at 512 and 788 tokens, batches of 1 and 4, and within 10% there."""
START_SECONDS = 15.0
"""Until the process has loaded its libraries and the model."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run is predicted to take.

    Attributes:
        peak_bytes: Memory of the training process at its peak.
        seconds: Time of the whole run, evaluations included.
    """

    peak_bytes: int
    seconds: float


def predict_run(
    model: LoadedModel, settings: TrainingSettings, training: Sequence[int], held_out: Sequence[int]
) -> Prediction:
    """Predict the memory and time of a run.

    Args:
        model: The base model, loaded.
        settings: The run's settings.
        training: Tokens of each training document.
        held_out: Tokens of each held-out document.
    """
    config: Any = model.model.config
    windows = model.windows if settings.window is None else (settings.window,) * config.num_hidden_layers
    layers = tuple(LayerSpec(window, (1,) * model.heads) for window in windows)
    longest = min(settings.max_tokens, model.max_tokens)

    def seconds(lengths: Sequence[int]) -> float:
        return sum(predicted_run_seconds(model, min(length, longest), layers) for length in lengths)

    per_epoch = _PASSES[settings.checkpointing] * seconds(training) + seconds(held_out)
    length = max(min(max(training, default=1), longest), _LEAST_TOKENS)
    shape = Shape(
        "own",
        config.num_hidden_layers,
        config.hidden_size,
        config.num_attention_heads,
        config.intermediate_size,
        config.vocab_size,
    )
    method = "fused" if model.reaches is not None else f"longformer-{min(max(windows), 16_384)}"
    peak = predict(
        Setup(
            Method.named(method),
            length,
            own_shape=shape,
            batch=settings.batch,
            training=True,
            checkpointing=settings.checkpointing,
            accumulation=settings.accumulation,
            device="cuda" if settings.device == "cuda" else "cpu",
        )
    ).peak
    weights = sum(weight.numel() * weight.element_size() for weight in model.model.parameters())
    trained = _adapter_bytes(shape, settings.rank) if settings.method == ADAPTERS else weights
    runtime = RUNTIME_BYTES["cuda" if settings.device == "cuda" else "cpu"]
    bytes_ = runtime + weights + 4 * trained + peak.activations + peak.attention
    if settings.method == ADAPTERS:
        bytes_ += settings.batch * length * 4 * config.hidden_size * _ADAPTER_ROWS[settings.checkpointing]
    return Prediction(bytes_, START_SECONDS + settings.epochs * per_epoch)


def _adapter_bytes(shape: Shape, rank: int) -> int:
    """Return the bytes of low-rank adapters: r (a + b) numbers for each linear layer of a × b, six of them H × H."""
    wide = 2 * (shape.hidden + shape.intermediate)
    return 4 * shape.layers * rank * (7 * 2 * shape.hidden + wide)
