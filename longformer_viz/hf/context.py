"""The settings that differ between runs of one shared model, in a context variable: the spec and the recorder."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalRows
from longformer_viz.spec import AttentionSpec, InputError, LayerSpec, shown


class Recorder(Protocol):
    """Receives each layer's queries and keys during a forward pass. It may raise to end the pass."""

    def layer(
        self,
        index: int,
        spec: LayerSpec,
        query: Tensor,
        key: Tensor,
        log_sum_exp: Tensor,
        rows: GlobalRows | None,
    ) -> None:
        """Receive one layer of the first document.

        Args:
            index: Position of the layer in its encoder.
            spec: The layer's window, and the dilation of each head.
            query: `[heads, n, d]`, scaled.
            key: `[heads, n, d]`.
            log_sum_exp: `[heads, n]`, over the band and the global columns.
            rows: The rows of global tokens; None if no token is global.
        """


@dataclass(frozen=True, slots=True)
class LayerPosition:
    """A layer's position in its encoder.

    Attributes:
        index: Index of the layer, from 0.
        depth: Number of layers.
    """

    index: int
    depth: int


@dataclass(frozen=True, slots=True)
class RunContext:
    """The settings of one forward pass.

    Attributes:
        spec: Window, dilation and global tokens; the model's own where it leaves them open.
        recorder: Receives each layer, or None.
        position: The layer that runs now; None outside an encoder.
    """

    spec: AttentionSpec = field(default_factory=AttentionSpec)
    recorder: Recorder | None = None
    position: LayerPosition | None = None


_MODEL_SETTINGS = RunContext()
_current: ContextVar[RunContext | None] = ContextVar("longformer_viz_run", default=None)


def current_context() -> RunContext:
    """Return the settings of the run in this thread, by default those of the model."""
    return _current.get() or _MODEL_SETTINGS


@contextmanager
def entered_context(context: RunContext) -> Iterator[None]:
    """Use these settings for the forward passes of this thread inside the `with` block.

    Args:
        context: The settings.
    """
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def entered_layer(index: int, depth: int) -> Iterator[None]:
    """Mark inside the `with` block that a layer of an encoder runs.

    Args:
        index: Index of the layer, from 0.
        depth: Number of layers of the encoder.

    Yields:
        Nothing.
    """
    with entered_context(replace(current_context(), position=LayerPosition(index, depth))):
        yield


@contextmanager
def override(spec: AttentionSpec) -> Iterator[None]:
    """Run every sped-up model with `spec` inside the `with` block, without changing the model or other threads.

    Backward passes may run after the block, also with gradient checkpointing.

    Args:
        spec: Window, dilation and global tokens. `global_positions` apply to each document of a batch; None keeps the
            model's own mask.

    Raises:
        InputError: `spec` is not an `AttentionSpec`.
    """
    if not isinstance(spec, AttentionSpec):
        raise InputError(f"override takes an AttentionSpec; got {shown(spec)}. Try AttentionSpec(window=256).")
    with entered_context(RunContext(spec)):
        yield


def is_traced() -> bool:
    """Return whether `torch.jit.trace` is recording a graph, which must be valid for other texts of the same shape.

    transformers' own forward pass runs then, since none of its operations depends on the values of a mask.

    Raises:
        InputError: Inside `override`, which that forward pass does not support.
    """
    # torch.jit imports the function without listing it in `__all__`.
    if not torch.jit.is_tracing():  # pyright: ignore[reportPrivateImportUsage]
        return False
    if current_context().spec != AttentionSpec():
        raise InputError(
            "torch.jit.trace must run outside override, because a traced model keeps its own windows; got an active "
            "override. Move the call out of it, or set one_sided_attn_window_size in each layer of restore(model)."
        )
    return True
