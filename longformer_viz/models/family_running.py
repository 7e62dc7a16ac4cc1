"""Run one document through a model of any family, and record a trace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from longformer_viz.hf.families import run_options
from longformer_viz.hf.recording import RecordedAttention, recording
from longformer_viz.peak_memory import Measurement, measured
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.reach_trace import ReachTrace, pattern_of
from longformer_viz.trace.score_rule import ScoreRule
from longformer_viz.trace.tokens import Tokens

if TYPE_CHECKING:
    from longformer_viz.models.loading import LoadedModel

EXACT_BYTES = 2**30  # Larger traces are kept in half precision, whose weights are off by up to 1%.


@dataclass(slots=True)
class _Recorder:
    """Records each layer, and reports progress."""

    depth: int
    progress: Callable[[float], None] | None
    layers: list[ReachLayer] = field(default_factory=list)

    def attention(self, layer: RecordedAttention) -> None:
        self.layers.append(kept_layer(layer, self.depth))
        if self.progress is not None:
            self.progress(len(self.layers) / self.depth)


def kept_layer(layer: RecordedAttention, depth: int) -> ReachLayer:
    """Copy a recorded layer to the CPU, in half precision where the whole trace would be over 1 GiB.

    Args:
        layer: The layer, on the model's device.
        depth: Number of layers of the trace.
    """
    size = depth * 4 * (layer.query.numel() + layer.key.numel())
    dtype = torch.float32 if size <= EXACT_BYTES else torch.float16

    def kept(tensor: Tensor, own: torch.dtype = torch.float32) -> Tensor:
        return tensor.detach().to("cpu", own).contiguous().clone()

    rule = ScoreRule(
        layer.softcap,
        None if layer.sinks is None else kept(layer.sinks),
        None if layer.bias is None else kept(layer.bias),
        layer.repeats,
    )
    query, key, log_sum_exp = kept(layer.query, dtype), kept(layer.key, dtype), kept(layer.log_sum_exp)
    return ReachLayer(query, key, log_sum_exp, layer.reach, rule)


def run_family(
    model: "LoadedModel", tokens: Tokens, spec: AttentionSpec, progress: Callable[[float], None] | None = None
) -> tuple[ReachTrace, Tensor]:
    """Run a document through a model with its own windows.

    Args:
        model: A model whose layers have a reach.
        tokens: The document.
        spec: Must leave window, dilation and global tokens open.
        progress: Called after each layer with the fraction that is done; it may raise to end the run.

    Returns:
        The trace, and the last hidden state `[1, n, hidden]`.

    Raises:
        InputError: The spec asks for other windows.
    """
    reaches = model.reaches or ()
    check_own_pattern(spec, model.name)
    recorder = _Recorder(len(reaches), progress)
    ids = torch.tensor([tokens.ids], device=model.device)
    with torch.no_grad(), recording(recorder), measured(model.device) as reading:
        output = model.encoder(input_ids=ids, attention_mask=torch.ones_like(ids), **run_options(model.model))
    trace = reach_trace(model.name, tokens, tuple(recorder.layers), model.trained_tokens, reading)
    return trace, output.last_hidden_state


def reach_trace(
    name: str, tokens: Tokens, layers: tuple[ReachLayer, ...], trained_tokens: int, reading: Measurement
) -> ReachTrace:
    """Return the trace of a run with a model's own pattern.

    Args:
        name: The model's name.
        tokens: The n tokens that were read.
        layers: The recorded layers.
        trained_tokens: The length that the model's positions were trained for.
        reading: Time and memory of the run.
    """
    pattern = pattern_of(layers)
    return ReachTrace(
        tokens=tokens,
        pattern=pattern,  # pyright: ignore[reportArgumentType]
        layers=layers,  # pyright: ignore[reportArgumentType]
        model=name,
        own_windows=tuple(layer.window for layer in pattern.layers),
        trained_tokens=trained_tokens,
        elapsed_seconds=reading.elapsed_seconds,
        peak_bytes=reading.peak_bytes,
    )


def check_own_pattern(spec: AttentionSpec, name: str) -> None:
    """Check that a spec keeps a model's own windows.

    Args:
        spec: The spec of the run.
        name: The model's name, for the error.

    Raises:
        InputError: If it sets a window, a dilation or global tokens.
    """
    if spec.window is not None or spec.dilation != 1 or spec.global_positions:
        raise InputError(
            f"{name} uses its own windows; window, dilation and global tokens cannot be set. Leave them out, "
            "and compare other patterns on the recorded queries and keys."
        )
