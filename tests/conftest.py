"""What many tests share."""

import os
from pathlib import Path

# Converted models and the lock of measurements are this checkout's own: no other server's are waited for.
os.environ["LONGFORMER_VIZ_CACHE"] = str(Path(__file__).parents[1] / ".cache" / "tests")
# Before torch is loaded, as in app.py: browser, server and tests share few cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes: threads of each would only wait for each other's
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from longformer_viz import LoadedModel, load

settings.register_profile("untimed", deadline=None)  # no test fails for the machine's speed
settings.load_profile("untimed")


class ByFile(LoadFileScheduling):
    """With several processes: a file's tests stay in one, and so do all that measure, since they would queue."""

    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        if file.startswith("tests/cluster/") or file == "tests/corpus/test_on_ray.py":
            return "ray"  # Two clusters at once would fight over the cores.
        return "probe" if file.startswith("tests/probe/") or file.endswith("/test_scaling.py") else file


# What `make test-fast` leaves out, beside the browser's tests, which tests/browser marks itself.
MARKED = {
    "training": (
        "tests/training/",
        "tests/hf/test_speed_up_training.py",
        "tests/attention/test_fused_training.py",
        "tests/attention/test_flash.py::test_outputs_and_gradients",
        "tests/attention/test_against_oracle.py::test_gradcheck",
        "tests/cost/test_prediction.py::test_flops_of_a_training_step",
        "tests/cost/test_prediction.py::test_memory_of_a_training_step",
    ),
    "slow": (
        "tests/benchmarks/",
        "tests/pages/",
        "tests/probe/test_sweep.py",
        "tests/server/test_forged_messages.py",
        "tests/test_cli.py",
        "tests/notebook/test_examples.py",
        # Processes that read files or measure, one a test
        "tests/documents/test_pdf.py",
        "tests/documents/test_pdf_pictures.py",
        "tests/documents/test_word_numbers.py",
        "tests/cost/test_prediction.py::test_memory",
        # Whole models over whole documents, or compiled
        "tests/cost/test_prediction.py::test_flops_and_weights_of_a_model",
        "tests/tasks/test_samples.py",
        "tests/tasks/test_sweep.py",
        "tests/models/test_adapters.py",
        "tests/models/test_seams.py",
        "tests/hf/test_transforms.py",
        "tests/hf/test_speed_up_model.py::test_compiled",
        "tests/hf/test_override.py::test_a_compiled",
    ),
}


def pytest_collection_modifyitems(items):
    for item in items:
        for mark, places in MARKED.items():
            if item.nodeid.startswith(places):
                item.add_marker(mark)


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.fixture(scope="session")
def default_model() -> LoadedModel:
    """The embedded default, from the tests' own cache folder, where the first use makes it."""
    return load()
