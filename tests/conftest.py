"""What many tests share."""

import os

# Before torch is loaded, as in app.py: browser, server and tests share few cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes: threads of each would only wait for each other's
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from longformer_viz import LoadedModel, load


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A file shares fixtures, so its tests stay in one process; so do all that measure, since they would queue."""
    for item in items:
        measures = item.path.parent.name == "measure" or item.path.name == "test_scaling.py"
        item.add_marker(pytest.mark.xdist_group("measure" if measures else str(item.path)))


@pytest.fixture(scope="session")
def default_model() -> LoadedModel:
    """The embedded default, from the normal cache folder; it is made there on first use."""
    return load()
