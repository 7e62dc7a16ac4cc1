"""Cost formulas: FLOPs against torch's own counter, weights against modules, bytes against measured peaks."""

from unittest.mock import patch

import pytest
import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode

from longformer_viz import InputError
from longformer_viz.attention import cpu_backend, torch_ops
from longformer_viz.cost.methods import METHODS
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.builders import Training, build
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.sweep import measure

transformers.logging.set_verbosity_error()
SINGLE = [method.key for method in METHODS if method.dtype == "float32"]


def fused_flops(query, key, *_, **__):
    batch, heads, rows, size = query
    return 4 * batch * heads * rows * key[-2] * size


def counted(run):
    """Torch's count, which needs the fused CPU kernel's formula.

    The counter hooks every module. Without it, no module has a hook, and projections may be folded and multiplied by
    oneDNN, which the counter does not know.
    """
    with (
        FlopCounterMode(display=False, custom_mapping={torch_ops.FUSED_CPU: fused_flops}) as counter,
        patch.object(torch.nn.modules.module, "_has_any_global_hook", lambda: False),
        patch.object(cpu_backend, "prefers_onednn_linear", lambda: False),
    ):
        run()
    return counter.get_total_flops()


@pytest.mark.parametrize("method", SINGLE)
def test_flops_of_a_layer_are_what_torch_counts(method):
    work = build(method_of(method), 800, "default", "layer")
    assert predict(Setup(method, 800, "default", "layer")).flops == pytest.approx(counted(work.run), rel=1e-4)
    assert predict(Setup(method, 800, "default", "layer")).peak.weights == work.weight_bytes


@pytest.mark.parametrize(
    "method", ["longformer-128", "huggingface-512", "fused", "bigbird", "reformer", "modernbert"]
)
def test_flops_and_weights_of_a_model_are_what_torch_counts(method):
    work = build(method_of(method), 768, "default", "model")
    cost = predict(Setup(method, 768, "default", "model"))
    assert cost.flops == pytest.approx(counted(work.run), rel=1e-4)
    assert cost.peak.weights == work.weight_bytes


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("method", ["longformer-128", "full"])
def test_flops_of_a_training_step_are_what_torch_counts(method, checkpointing):
    work = build(method_of(method), 512, "default", "model", training=Training(checkpointing=checkpointing))
    cost = predict(Setup(method, 512, "default", "model", training=True, checkpointing=checkpointing))
    assert cost.flops == pytest.approx(counted(work.run), rel=0.01)


def method_of(key):
    return next(method for method in METHODS if method.key == key)


def test_memory_is_within_15_percent_of_measured_points():
    plan = Plan(
        ("longformer-512", "huggingface-512", "full"),
        (2048,),
        shape="default",
        quantities=("memory",),
        point_seconds=200,
    )
    results = measure(plan)
    for method in plan.methods:
        peak = results.peak_bytes(method)[2048]
        assert predict(plan.setup(method, 2048)).added_bytes == pytest.approx(peak, rel=0.15), method


def test_memory_of_a_training_step_is_within_15_percent_of_measured():
    plan = Plan(("full",), (512,), "model", "default", ("memory",), training=True, point_seconds=250)
    peak = measure(plan).peak_bytes("full")[512]
    assert predict(plan.setup("full", 512)).added_bytes == pytest.approx(peak, rel=0.15)


def test_what_the_formulas_say_of_growth():
    def flops(method, length):
        return predict(Setup(method, length, level="layer")).flops

    assert flops("longformer-512", 16_384) / flops("longformer-512", 8192) == pytest.approx(2, rel=0.02)
    assert flops("full", 2**20) / flops("full", 2**19) == pytest.approx(4, rel=0.01)
    assert predict(Setup("full", 4096)).pairs == predict(Setup("full", 4096)).full_pairs


def test_accumulation_does_not_shrink_one_document():
    one = Setup("huggingface-512", 16_384, training=True)
    eight = Setup("huggingface-512", 16_384, training=True, accumulation=8)
    assert predict(eight).peak_bytes >= predict(one).peak_bytes
    assert (
        predict(Setup("huggingface-512", 16_384, training=True, checkpointing=True)).peak_bytes
        < predict(one).peak_bytes
    )


@pytest.mark.parametrize(
    "wrong", [{"batch": 0}, {"length": 10_000_000}, {"shape": "huge"}, {"level": "layer", "training": True}]
)
def test_a_setup_is_checked_when_it_is_made(wrong):
    with pytest.raises(InputError):
        Setup(**wrong)
