"""A GPU that is full or fails: the library says so, and the app goes on with the CPU."""

import weakref
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from longformer_viz import InputError, LoadedModel, answer, classify, run
from longformer_viz.models import devices, running
from longformer_viz.models.devices import DeviceError, device_problem, says_device_fault
from longformer_viz.tasks import answering, classifying
from longformer_viz.ui.shared import background, state
from tests.faults.processes import PATIENCE_SECONDS, ROOT

FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 8 GiB")
FAILED = RuntimeError("CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be ...")


def raises(fault):
    def work(*_, **__):
        raise fault

    return work


@pytest.fixture
def on_gpu(monkeypatch):
    """Every model says that it is on a GPU."""
    monkeypatch.setattr(LoadedModel, "device", property(lambda _: torch.device("cuda:0")))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (FULL, "A run must fit in the free memory of the GPU; on cuda:0 this run does not. Use the CPU"),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), "must fit in the free memory"),
        (RuntimeError("CUDA error: out of memory"), "must fit in the free memory"),
        (FAILED, "A run needs a GPU that works; cuda:0 failed: 'CUDA error: an illegal memory access"),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), "A run needs a GPU that works"),
    ],
)
def test_faults_of_a_gpu_in_words(fault, said):
    problem = device_problem(fault, "cuda:0")
    assert isinstance(problem, DeviceError)
    assert said in str(problem)


def test_other_faults_stay_what_they_are():
    assert device_problem(RuntimeError("The size of tensor a must match"), "cuda:0") is None
    assert device_problem(RuntimeError("The size of tensor a must match"), "cpu") is None
    short = device_problem(MemoryError(), "cpu")
    assert isinstance(short, InputError)
    assert not isinstance(short, DeviceError), "there is nothing to fall back to"


def test_run_answer_and_classify_say_it(default_model, monkeypatch, on_gpu):
    monkeypatch.setattr(running, "recorded_encoding", raises(FULL))
    monkeypatch.setattr(answering, "warmed_up", raises(FULL))
    monkeypatch.setattr(classifying, "warmed_up", raises(FULL))
    qa = replace(default_model, is_built_in=False)
    monkeypatch.setattr(LoadedModel, "answers_questions", property(lambda _: True))
    monkeypatch.setattr(LoadedModel, "labels", property(lambda _: ("a", "b")))
    with pytest.raises(DeviceError, match="Use the CPU"):
        run(default_model, "A text.")
    with pytest.raises(DeviceError, match="Use the CPU"):
        answer(qa, "Who pays?", "The tenant pays the rent.")
    with pytest.raises(DeviceError, match="Use the CPU"):
        classify(qa, "The tenant pays the rent.")


def test_the_memory_of_the_failed_run_is_let_go():
    """The error must not refer to the fault, whose trace holds every tensor of the run."""
    held = []

    @says_device_fault
    def work(model):
        tensor = torch.zeros(1000)
        held.append(weakref.ref(tensor))
        raise torch.OutOfMemoryError(str(FULL))

    class Model:
        device = "cuda:0"

    with pytest.raises(DeviceError) as caught:
        work(Model())
    assert caught.value.__context__ is None
    assert held[0]() is None


@pytest.fixture
def gpu(default_model, monkeypatch):
    """A machine with a GPU on which every run fails. Returns the list of the failed runs."""
    there, tried, real_run, real_store = replace(default_model, name="on the GPU"), [], run, background.stored_model

    def stored(name, *, device, **options):
        return there if device == "cuda" else real_store(name, device=device, **options)

    def fails_on_gpu(model, tokens, spec, **options):
        if model is there:
            tried.append(len(tokens))
            raise DeviceError(str(device_problem(FULL, "cuda:0")))
        return real_run(model, tokens, spec, **options)

    for module in (devices, state):
        monkeypatch.setattr(module, "devices", lambda: ("cpu", "cuda"))
    monkeypatch.setattr(state, "check_device", torch.device)
    monkeypatch.setattr(state, "dtypes", lambda _: ("float32",))
    monkeypatch.setattr(background, "is_stored", lambda *_, **__: True)
    monkeypatch.setattr(background, "stored_model", stored)
    monkeypatch.setattr(background, "run", fails_on_gpu)
    return tried


def test_the_app_goes_on_with_the_cpu_and_says_so(gpu):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    app.query_params["device"] = "cuda"
    app.run()
    assert not app.exception
    assert not app.error
    assert len(gpu) == 1
    assert app.selectbox(key="device").value == "cpu"
    (notice,) = [each.value for each in app.warning if "GPU" in each.value]
    assert notice.startswith("The GPU could not be used, so this page runs on the CPU.")
    assert app.get("bidi_component"), "the map"
    app.run()
    assert len(gpu) == 1, "a rerun does not try the GPU again"
    assert [each for each in app.warning if "GPU" in each.value]
    app.selectbox(key="device").set_value("cuda").run()
    assert len(gpu) == 2, "a visitor may try it again"
    app.run()
    assert app.selectbox(key="device").value == "cpu"
