"""Small tensors are fastest on one thread."""

from tests.hf.conftest import one_thread as one_thread
