"""The small stock model that tests compare with, and the same sped up."""

import pytest
import torch

from tests.hf.small_models import led, longformer, sped_up


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Models this small run fastest on one thread, the more so beside other work."""
    count = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(count)


@pytest.fixture(scope="module")
def stock():
    return longformer()


@pytest.fixture(scope="module")
def fast(stock):
    return sped_up(stock)


@pytest.fixture(scope="module")
def stock_led():
    return led()


@pytest.fixture(scope="module")
def fast_led(stock_led):
    return sped_up(stock_led)
