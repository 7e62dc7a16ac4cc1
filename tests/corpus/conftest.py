"""What the corpus's tests share."""

import pytest

from longformer_viz import LoadedModel
from longformer_viz.models.store import stored_model
from tests.event_loop import outside_any_loop

__all__ = ["outside_any_loop"]


@pytest.fixture(scope="session")
def qa_model() -> LoadedModel:
    """The built-in model for questions, as a worker has it."""
    return stored_model(task="qa")
