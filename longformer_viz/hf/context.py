"""What differs from call to call on a shared model: the spec to use and who watches; it travels with the context."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalRows
from longformer_viz.spec import AttentionSpec, InputError, LayerSpec, shown


class Watcher(Protocol):
    """Sees one layer after another while a forward pass runs; may raise to end it."""

    def layer(
        self,
        index: int,
        spec: LayerSpec,
        query: Tensor,
        key: Tensor,
        log_sum_exp: Tensor,
        rows: GlobalRows | None,
    ) -> None:
        """The first document's query (scaled) and key [heads, n, d]; log-sum-exp [heads, n] over band and columns."""


@dataclass(frozen=True, slots=True)
class LayerPlace:
    """Where a layer stands: its index in the encoder, and the number of layers there."""

    index: int
    depth: int


@dataclass(frozen=True, slots=True)
class Call:
    """The spec and the watcher of one forward pass; place: the layer that it is in, None outside an encoder."""

    spec: AttentionSpec = field(default_factory=AttentionSpec)
    watcher: Watcher | None = None
    place: LayerPlace | None = None


_AS_THE_MODEL_HAS_IT = Call()
_current: ContextVar[Call | None] = ContextVar("longformer_viz_call", default=None)


def current_call() -> Call:
    """The call that this thread is in, or one that leaves everything as the model has it."""
    return _current.get() or _AS_THE_MODEL_HAS_IT


@contextmanager
def entered(call: Call) -> Iterator[None]:
    """Within this context, forward passes of this thread are this call."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def entered_layer(index: int, depth: int) -> Iterator[None]:
    """Within this context, the current call is in layer `index` of an encoder of `depth` layers."""
    with entered(replace(current_call(), place=LayerPlace(index, depth))):
        yield


@contextmanager
def override(spec: AttentionSpec) -> Iterator[None]:
    """Within this context, every sped-up model runs with `spec`; other threads and the model itself are not touched.

    `global_positions` hold for each document of a batch; None keeps the model's own mask. Backward passes may come
    after the context has closed, also under gradient checkpointing.
    """
    if not isinstance(spec, AttentionSpec):
        raise InputError(f"override takes an AttentionSpec; got {shown(spec)}. Try AttentionSpec(window=256).")
    with entered(Call(spec)):
        yield


def is_traced() -> bool:
    """Whether `torch.jit.trace` records a graph that must hold for other texts of the same shape.

    transformers' own forward pass takes over then: no operation there is chosen by the values in a mask.
    Raises InputError inside `override`, which that forward pass does not know.
    """
    if not torch.jit.is_tracing():
        return False
    if current_call().spec != AttentionSpec():
        raise InputError(
            "torch.jit.trace takes the model's own windows and masks; got an override around it. "
            "Trace outside of override, or set one_sided_attn_window_size in each layer of restore(model)."
        )
    return True
