"""Coroutines in tests. The browser's tests leave a running event loop in their thread, so each runs in its own."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

Value = TypeVar("Value")


def completed(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """The result of a coroutine that runs to its end in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="module", autouse=True)
def outside_any_loop() -> Iterator[None]:
    """Hide the browser's event loop from the tests of a module, because Ray refuses to wait inside one."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
