"""Run one document through a model and record a trace."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalRows
from longformer_viz.checks import check_callable, check_spec
from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.family_running import run_family
from longformer_viz.models.loading import LoadedModel, check_loaded
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, LayerSpec, named_type, shown
from longformer_viz.trace.layer_trace import LayerTrace
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace


@dataclass(slots=True)
class _Recorder:
    """Records every layer, and reports progress."""

    depth: int
    progress: Callable[[float], None] | None
    layers: list[LayerTrace] = field(default_factory=list)

    def layer(
        self, index: int, spec: LayerSpec, query: Tensor, key: Tensor, log_sum_exp: Tensor, rows: GlobalRows | None
    ) -> None:
        self.layers.append(LayerTrace.compact(query, key, log_sum_exp, rows))
        if self.progress is not None:
            self.progress((index + 1) / self.depth)


@says_device_fault
def run(
    model: LoadedModel,
    document: str | Tokens,
    spec: AttentionSpec | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> Trace:
    """Run one document through the model and record a trace, from which any attention weight can be computed.

    Args:
        model: The model.
        document: A text, or Tokens made by `model.tokenize`.
        spec: The attention pattern. By default the model's own windows and a global first token.
        progress: Called after each layer with the share that is done, 0 to 1. It may raise to cancel the run.

    Raises:
        InputError: If the document is longer than the model can read, or the spec does not match model or document.
    """
    spec = check_spec(spec)
    check_callable(progress)
    tokens = tokens_of(model, document)
    check_length(model, len(tokens))
    if model.reaches is not None:
        warmed_up(model)
        return run_family(model, tokens, spec, progress)[0]
    return recorded_encoding(model, tokens, spec, progress)[0]


def recorded_encoding(
    model: LoadedModel, tokens: Tokens, spec: AttentionSpec, progress: Callable[[float], None] | None = None
) -> tuple[Trace, Tensor]:
    """Run a document through a Longformer, or an LED's encoder.

    Args:
        model: The model.
        tokens: The document.
        spec: The attention pattern.
        progress: Called after each layer with the share that is done, 0 to 1.

    Returns:
        The trace, and the last hidden state `[1, n, hidden]`.

    Raises:
        InputError: If the spec does not match model or document.
    """
    layers = spec.layers(model.windows, model.heads)
    positions = spec.positions_in(len(tokens))
    warmed_up(model)
    recorder = _Recorder(len(layers), progress)
    context = RunContext(AttentionSpec(spec.window, spec.dilation, positions), recorder)
    with torch.no_grad(), entered_context(context), measured(model.device) as reading:
        ids = torch.tensor([tokens.ids], device=model.device)
        output = model.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))
    trace = Trace(
        tokens=tokens,
        pattern=LongformerPattern(layers, positions),
        layers=tuple(recorder.layers),
        model=model.name,
        own_windows=model.windows,
        trained_tokens=model.trained_tokens,
        elapsed_seconds=reading.elapsed_seconds,
        peak_bytes=reading.peak_bytes,
        position_tiling=model.position_tiling,
    )
    return trace, output.last_hidden_state


def tokens_of(model: LoadedModel, document: str | Tokens) -> Tokens:
    """Return a document's tokens.

    Args:
        model: The model that reads it.
        document: A text, or Tokens made by `model.tokenize`.

    Raises:
        InputError: If the document is anything else, too long to tokenize, or made of another model's tokens.
    """
    check_loaded(model)
    tokens = model.tokenize(document) if isinstance(document, str) else document
    check_document(model, tokens)
    return tokens


def check_document(model: LoadedModel, tokens: Tokens) -> None:
    """Check that a document is made of a model's tokens.

    Args:
        model: The model.
        tokens: The document.

    Raises:
        InputError: If it is not.
    """
    if not isinstance(tokens, Tokens):
        raise InputError(
            f"A document must be a str or Tokens made from one. You entered {named_type(tokens)}. Pass a str."
        )
    vocabulary = model.model.config.get_text_config().vocab_size
    outside = [number for number in tokens.ids if not 0 <= number < vocabulary]
    if outside:
        raise InputError(
            f"Token ids must be in the model's vocabulary, from 0 to {vocabulary - 1:,}; got {shown(outside[0])}. "
            "Make the tokens with this model's tokenize."
        )


def check_length(model: LoadedModel, length: int) -> None:
    """Check that a model can read a document.

    Args:
        model: The model.
        length: Number of tokens in the document.

    Raises:
        InputError: If the document is too long.
    """
    if length > model.max_tokens:
        raise InputError(
            f"The model reads at most {model.max_tokens:,} tokens; the document has {length:,}. Use a part of it: "
            f"run(model, model.tokenize(text, start=0, limit={model.max_tokens}))."
        )


def feed_forward_size(model: LoadedModel) -> int:
    """Return the width of the feed-forward layers of a `model`, whatever its configuration calls it."""
    config = model.model.config
    return getattr(config, "intermediate_size", None) or getattr(config, "encoder_ffn_dim", 4 * config.hidden_size)


def predicted_run_bytes(model: LoadedModel, length: int, global_count: int = 1) -> int:
    """Estimate the bytes that a run adds at most: the activations of one layer, and the trace.

    Args:
        model: The model.
        length: Tokens in the document.
        global_count: Number of global tokens.
    """
    config = model.model.config
    element_bytes = torch.finfo(model.dtype).bits // 8
    hidden, wide = config.hidden_size, feed_forward_size(model)
    base = 80 * 2**20  # Buffers of the attention and memory kept by the C library, at any length.
    activations = length * (10 * hidden + 2 * wide) * element_bytes
    kept = length * hidden * 2 * 4 * len(model.windows)  # If no layer fits half precision.
    rows = 3 * min(global_count * model.heads, hidden) * length * 4
    return base + activations + kept + rows


def predicted_run_seconds(
    model: LoadedModel, length: int, layers: tuple[LayerSpec, ...], global_count: int = 1
) -> float:
    """Estimate a run's time in seconds on a processor of 50 GFLOP/s, for the queue.

    Args:
        model: The model.
        length: Tokens in the document.
        layers: The pattern of each layer.
        global_count: Number of global tokens.
    """
    hidden = model.model.config.hidden_size
    per_token = sum(24 * hidden**2 + 4 * hidden * (min(layer.window, length) + 2 * global_count) for layer in layers)
    return length * per_token / 50e9
