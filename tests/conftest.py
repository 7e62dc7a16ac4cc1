"""What many tests share."""

import os

# Before torch is loaded, as in app.py: browser, server and tests share few cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest

from longformer_viz import LoadedModel, load


@pytest.fixture(scope="session")
def default_model() -> LoadedModel:
    """The embedded default, from the normal cache folder; it is made there on first use."""
    return load()
