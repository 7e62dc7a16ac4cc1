"""Calls into transformers and peft that must not overlap.

While transformers loads or builds a model, it replaces methods of its own and of torch for all threads.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import transformers
from transformers import PreTrainedModel

P = ParamSpec("P")
T = TypeVar("T")

_LOCK = threading.Lock()
_THREAD = threading.local()


def call_alone(call: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
    """Make one call into transformers or peft while no other thread makes one.

    Only the call itself happens under the lock: its arguments are evaluated before. Progress bars and warnings are
    off during the call.

    Args:
        call: A function or method of transformers or peft, such as `BertModel.from_pretrained`.
        *args: Its positional arguments.
        **options: Its keyword arguments.

    Returns:
        What the call returns.

    Raises:
        RuntimeError: If the call leads back here in the same thread, which would deadlock.
    """
    if getattr(_THREAD, "inside", False):
        raise RuntimeError(f"call_alone must not be nested; got {call!r} inside another call. Make them in turn.")
    with _LOCK, _quiet():
        _THREAD.inside = True
        try:
            return call(*args, **options)
        finally:
            _THREAD.inside = False


def copy_weights(model: PreTrainedModel) -> None:
    """Copy a model's weights out of their files, one by one.

    transformers maps the files into memory. If somebody truncates one later, the system ends the whole process.

    Args:
        model: A model that was read.
    """
    for weight in {*model.parameters(), *model.buffers()}:
        weight.data = weight.data.clone()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence transformers below errors, its progress bars and its FutureWarnings."""
    log = transformers.utils.logging
    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()
