"""Coroutines in tests. The browser's tests leave a running event loop in their thread, so each runs in its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Value = TypeVar("Value")


def completed(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """The result of a coroutine that runs to its end in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
