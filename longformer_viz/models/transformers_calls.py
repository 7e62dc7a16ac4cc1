"""Calls into transformers and peft that must not overlap, made one at a time and without their notices.

While transformers loads or builds a model, it replaces methods of its own and of torch for all threads.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import transformers

P = ParamSpec("P")
T = TypeVar("T")

_LOCK = threading.Lock()
_THREAD = threading.local()


def call_alone(call: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
    """Make one call into transformers or peft while no other thread makes one.

    The arguments are complete before the lock is taken, so that nothing but the call itself happens inside it.
    Progress bars and reports of untrained weights are off for the time of the call; errors come through.

    Args:
        call: A function or method of transformers or peft, such as `BertModel.from_pretrained`.
        *args: Its positional arguments.
        **options: Its keyword arguments.

    Returns:
        What the call returns.

    Raises:
        RuntimeError: The call leads back here in the same thread, which would otherwise wait for itself.
    """
    if getattr(_THREAD, "inside", False):
        raise RuntimeError(f"call_alone must not be nested; got {call!r} inside another call. Make them in turn.")
    with _LOCK, _quiet():
        _THREAD.inside = True
        try:
            return call(*args, **options)
        finally:
            _THREAD.inside = False


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the notices of transformers below errors, its progress bars, and warnings of its own future."""
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
