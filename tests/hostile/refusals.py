"""What a refusal looks like: an InputError with the rule, the value and the cure, and no words of the code."""

import re
import time
from collections.abc import Callable
from typing import Any

from longformer_viz import InputError

MOST_CHARACTERS = 700
MOST_SECONDS = 30
_JARGON = re.compile(r"Traceback|\bFile \"|\.py\b|object at 0x|\w+Error\b|\bself\.|NoneType")


def assert_shaped(error: InputError) -> None:
    """Assert that a message can be shown to a visitor: two sentences or more, short, and without code."""
    text = str(error)
    assert len(text) <= MOST_CHARACTERS, f"{len(text)} characters: {text[:300]}"
    assert text.isprintable(), f"characters that cannot be shown: {text!r}"
    assert not _JARGON.search(text), f"words of the code: {text}"
    assert re.search(r"[.;:?] \S", text), f"one sentence: {text}"
    assert text[-1] in '.?)"', f"no end: {text}"


def refused_or_right(call: Callable[[], Any]) -> InputError | None:
    """Run a call that may only return or raise an InputError, within 30 seconds.

    Args:
        call: The call.

    Returns:
        The error; None if the call returned.
    """
    start = time.monotonic()
    try:
        call()
    except InputError as error:
        assert_shaped(error)
        return error
    finally:
        assert time.monotonic() - start < MOST_SECONDS, "it took too long"
    return None


def assert_refused(call: Callable[[], Any]) -> InputError:
    """Run a call that must raise an InputError.

    Args:
        call: The call.
    """
    error = refused_or_right(call)
    assert error is not None, "nothing was refused"
    return error
