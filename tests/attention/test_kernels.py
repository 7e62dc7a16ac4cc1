"""Every row of the table of kernels against the n x n reference, and what each row refuses."""

import re
from dataclasses import replace

import pytest
import torch
from hypothesis import example, given, settings

from longformer_viz.attention import torch_ops
from longformer_viz.attention.api import attention
from longformer_viz.attention.dispatch import KERNELS, choose
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.reference import reference_attention
from longformer_viz.spec import InputError, LayerSpec
from tests.attention.test_against_oracle import configurations, inputs

# For 16-bit types twice what was measured over 1,500 configurations.
TOLERANCES = {torch.float64: 4e-5, torch.float32: 4e-5, torch.bfloat16: 0.04, torch.float16: 0.04}


def call(needs_grad=False, dropout=0.0, transformed=False, dtype=torch.float32):
    """The smallest inputs of one call."""
    tensor = torch.zeros(1, 1, 4, 8, dtype=dtype)
    return AttentionInputs(tensor, tensor, tensor, LayerSpec(2, (1,)), None, None, dropout, needs_grad, transformed)


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
@settings(max_examples=30, deadline=None)
@given(configurations())
@example((1, 2, (1,), (((0,), "none"),), 0))
@example((330, 64, (1, 2), (((0, 150), "irregular"), ((), "right")), 1))
@example((65, 4000, (1,), (((3,), "irregular"),), 1))  # a window wider than the document
def test_every_kernel_equals_the_reference(kernel, dtype, configuration):
    query, key, value, keep, is_global, layer = inputs(*configuration, dtype=dtype)
    arguments = (query, key, value, layer, keep, GlobalTokens.of(is_global))
    if kernel.devices and "cpu" not in kernel.devices:
        able = "Use 'banded' or 'fused_training' or 'differentiable' or 'composite'."
        with pytest.raises(InputError, match=f"'{kernel.name}' runs on .* only, not on cpu. {re.escape(able)}"):
            attention(*arguments, kernel=kernel.name)
        return
    with torch.no_grad():
        output, lse = attention(*arguments, kernel=kernel.name)
    assert output.dtype == dtype
    exact = torch.promote_types(dtype, torch.float32)
    tolerance = TOLERANCES[dtype]
    for document in range(len(query)):
        positions = tuple(is_global[document].nonzero().flatten().tolist())
        local = tuple(tensor[document].to(exact) for tensor in (query, key, value))
        expected = reference_attention(local, local, layer, positions, keep[document])
        rows = keep[document] & ~is_global[document]  # The caller overwrites the rows of global tokens.
        torch.testing.assert_close(
            output[document][:, rows].to(exact), expected.output[:, rows], atol=tolerance, rtol=1e-4
        )
        torch.testing.assert_close(
            lse[document][:, rows].to(exact), expected.log_sum_exp[:, rows], atol=tolerance, rtol=1e-4
        )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "banded"),
        ({"dtype": torch.bfloat16}, "banded"),
        ({"needs_grad": True}, "fused_training"),
        ({"dropout": 0.1}, "differentiable"),
        ({"dropout": 0.1, "needs_grad": True}, "differentiable"),
        ({"transformed": True}, "composite"),
        ({"transformed": True, "needs_grad": True}, "composite"),
    ],
)
def test_the_first_row_that_supports_a_call_computes_it(wanted, expected):
    assert choose(call(**wanted)).name == expected


@pytest.mark.parametrize(
    ("name", "wanted", "message"),
    [
        ("banded", {"needs_grad": True}, "'banded' has no gradients. Use 'fused_training' or 'differentiable' or"),
        ("fused_training", {"dropout": 0.1}, "has no dropout. Use 'differentiable' or 'composite'."),
        ("differentiable", {"transformed": True}, "does not support function transforms .*. Use 'composite'."),
        ("flash", {}, "'flash' runs on cuda only, not on cpu. Use 'banded' or"),
        ("fastest", {}, "kernel must be 'auto' or one of 'flash', .*. You entered 'fastest'. Try 'auto'."),
    ],
)
def test_a_row_that_cannot_compute_a_call_says_which_can(name, wanted, message):
    with pytest.raises(InputError, match=message):
        choose(call(**wanted), name)


def test_a_16_bit_kernel_refuses_other_types():
    on_any_device = replace(KERNELS[0], devices=())
    assert on_any_device.refusal(call()) == "takes bfloat16 and float16 only, not float32"
    assert on_any_device.refusal(call(dtype=torch.float16)).startswith("needs a GPU of compute capability 8.0")


@pytest.mark.parametrize("missing", ["FUSED_CPU", "FUSED_CPU_BACKWARD"])
def test_a_kernel_whose_operator_is_missing_is_passed_over(monkeypatch, missing):
    monkeypatch.setattr(torch_ops, missing, None)
    assert choose(call(needs_grad=True)).name == "differentiable"
    with pytest.raises(InputError, match="needs PyTorch's fused CPU attention and its backward pass"):
        choose(call(needs_grad=True), "fused_training")


def test_every_row_says_why_it_exists_and_what_it_measured():
    assert len({kernel.name for kernel in KERNELS}) == len(KERNELS)
    assert all(kernel.purpose.endswith(".") and kernel.measured.endswith(".") for kernel in KERNELS)


def test_a_window_and_a_mask_are_enough():
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(1, 2, 40, 8, generator=generator) for _ in range(3))
    is_global = torch.zeros(1, 40, dtype=torch.bool)
    is_global[0, 3] = True
    found = attention(query, key, value, 8, global_tokens=is_global)
    expected = attention(query, key, value, LayerSpec(8, (1, 1)), None, GlobalTokens.of(is_global))
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("shapes", "layer", "keep", "message"),
    [
        (
            [(1, 2, 5, 8), (1, 2, 6, 8), (1, 2, 5, 8)],
            4,
            None,
            "the same shape, .*; got .5, 2, .*|must have the same shape",
        ),
        ([(2, 5, 8)] * 3, 4, None, "must have the same shape"),
        ([(1, 2, 5, 8)] * 3, 3, None, "Window must be an even number"),
        ([(1, 2, 5, 8)] * 3, LayerSpec(4, (1,)), None, "one dilation for each of the 2 heads; got 1"),
        ([(1, 2, 5, 8)] * 3, 4, (1, 6), r"shape \[batch, n\], \[1, 5\]; got \[1, 6\]"),
    ],
)
def test_wrong_shapes_are_refused(shapes, layer, keep, message):
    mask = None if keep is None else torch.ones(keep, dtype=torch.bool)
    with pytest.raises(InputError, match=message):
        attention(*(torch.zeros(shape) for shape in shapes), layer, mask)
