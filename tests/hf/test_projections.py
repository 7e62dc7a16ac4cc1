"""Projections by oneDNN equal the module's own, and give way wherever the module itself is asked for."""

from unittest.mock import patch

import pytest
import torch
from torch import nn
from torch.autograd import forward_ad

from longformer_viz.attention import cpu_backend, torch_ops
from longformer_viz.hf.projections import project


@pytest.fixture
def linear():
    torch.manual_seed(0)
    return nn.Linear(48, 32)


@pytest.fixture
def taken():
    """How often oneDNN's product was taken."""
    with patch.object(torch_ops, "ONEDNN_LINEAR", wraps=torch_ops.ONEDNN_LINEAR) as product:
        yield product


@pytest.fixture(autouse=True)
def on_any_processor():
    with patch.object(cpu_backend, "prefers_onednn_linear", lambda: True):
        yield


@pytest.mark.parametrize("shape", [(1, 48), (1, 7, 48), (3, 100, 48), (0, 48)])
@pytest.mark.parametrize("bias", [True, False])
def test_it_equals_the_module(shape, bias, taken):
    torch.manual_seed(0)
    linear = nn.Linear(48, 32, bias=bias)
    hidden = torch.randn(shape)
    with torch.no_grad():
        torch.testing.assert_close(project(linear, hidden), linear(hidden))
        turned = torch.randn(48, 5).T
        torch.testing.assert_close(project(linear, turned), linear(turned))
    assert taken.call_count == (2 if hidden.numel() else 1)


def test_it_is_taken_without_gradients_only(linear, taken):
    hidden = torch.randn(2, 5, 48)
    with torch.no_grad():
        project(linear, hidden)
    assert taken.call_count == 1
    project(linear, hidden).sum().backward()
    assert linear.weight.grad is not None
    assert taken.call_count == 1


def test_tangents_of_forward_differentiation_are_kept(linear, taken):
    hidden, direction = torch.randn(2, 5, 48)
    with torch.no_grad(), forward_ad.dual_level():
        found = forward_ad.unpack_dual(project(linear, forward_ad.make_dual(hidden, direction)))
        torch.testing.assert_close(found.tangent, direction @ linear.weight.T)
    assert not taken.called


def with_a_forward_of_its_own(linear):
    linear.forward = lambda hidden: nn.functional.linear(hidden, linear.weight) * 2
    return linear


def hooked(linear):
    linear.register_forward_hook(lambda module, inputs, output: output + 1)
    return linear


@pytest.mark.parametrize(
    "make",
    [hooked, with_a_forward_of_its_own, nn.Linear.double, nn.Linear.bfloat16, lambda linear: nn.Sequential(linear)],
)
def test_whatever_is_no_plain_float32_projection_is_called(linear, taken, make):
    module = make(linear)
    hidden = torch.randn(2, 5, 48).to(linear.weight.dtype)
    with torch.no_grad():
        torch.testing.assert_close(project(module, hidden), module(hidden))
    assert not taken.called


def test_hooks_on_all_modules_see_it(linear, taken):
    seen = []
    handle = nn.modules.module.register_module_forward_hook(lambda module, inputs, output: seen.append(module))
    try:
        with torch.no_grad():
            project(linear, torch.randn(2, 5, 48))
    finally:
        handle.remove()
    assert seen == [linear]
    assert not taken.called


def test_autocast_and_a_switched_off_onednn_are_heeded(linear, taken):
    hidden = torch.randn(2, 5, 48)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        assert project(linear, hidden).dtype == torch.bfloat16
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False):
        project(linear, hidden)
    assert not taken.called


def test_hidden_states_of_another_width_are_refused_in_the_modules_words(linear):
    with torch.no_grad(), pytest.raises(RuntimeError, match="48x32"):
        project(linear, torch.randn(5, 47))
