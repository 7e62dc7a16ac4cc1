"""What differs from call to call on a shared model: the spec to use and who watches; it travels with the context."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

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
class Call:
    """The spec and the watcher of one forward pass."""

    spec: AttentionSpec = field(default_factory=AttentionSpec)
    watcher: Watcher | None = None


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
def override(spec: AttentionSpec) -> Iterator[None]:
    """Within this context, every sped-up model runs with `spec`; other threads and the model itself are not touched.

    `global_positions` hold for each document of a batch; None keeps the model's own mask. Backward passes may come
    after the context has closed, also under gradient checkpointing.
    """
    if not isinstance(spec, AttentionSpec):
        raise InputError(f"override takes an AttentionSpec; got {shown(spec)}. Try AttentionSpec(window=256).")
    with entered(Call(spec)):
        yield
