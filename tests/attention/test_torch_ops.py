"""PyTorch's private operators: what counts as there, and what is computed where one is missing."""

import math
from pathlib import Path

import pytest
import torch

from longformer_viz.attention import torch_ops
from longformer_viz.attention.kernels.fused import fused_attention, has_fused_attention

PACKAGE = Path(torch_ops.__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("no_such_operator", ()), ("softmax", ("no_such_argument",)), ("softmax", ("self", "no_such_argument"))],
)
def test_an_operator_that_is_missing_or_takes_other_arguments_is_not_used(name, arguments):
    assert torch_ops.find_operator("aten", name, *arguments) is None


def test_an_operator_with_these_arguments_is_found():
    assert torch_ops.find_operator("aten", "softmax", "self", "dim") is torch.ops.aten.softmax


def test_without_the_fused_operator_attention_is_the_same(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(1, 2, 9, 8, generator=generator) for _ in range(3))
    mask = torch.zeros(1, 1, 9, 9).masked_fill_(torch.rand(9, 9, generator=generator) < 0.3, -math.inf)
    for scale in (None, 1.0):
        expected = fused_attention(query, key, value, mask, scale)
        with monkeypatch.context() as patched:
            patched.setattr(torch_ops, "FUSED_CPU", None)
            assert not has_fused_attention(query)
            found = fused_attention(query, key, value, mask, scale)
        for ours, theirs in zip(found, expected, strict=True):
            torch.testing.assert_close(ours, theirs)


def test_without_the_small_operators_the_functions_are_the_same(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    grad, scores = torch.randn(2, 3, 4, generator=generator)
    weights = torch.softmax(scores, -1)
    bias = torch.randn(5, generator=generator)
    weight = torch.randn(5, 4, generator=generator)
    expected = torch_ops.softmax_gradient(grad, weights), torch.nn.functional.linear(scores, weight, bias)
    for name in (
        "_SOFTMAX_BACKWARD",
        "ONEDNN_LINEAR",
        "_BFLOAT16_SUPPORT",
        "_TRANSFORMS_ACTIVE",
        "_IS_LEGACY_BATCHED",
    ):
        monkeypatch.setattr(torch_ops, name, None)
    torch.testing.assert_close(torch_ops.softmax_gradient(grad, weights), expected[0])
    torch.testing.assert_close(torch_ops.onednn_linear(scores, weight, bias), expected[1])
    assert not torch_ops.supports_bfloat16_products()
    assert not torch_ops.has_transforms()
    assert not torch_ops.is_batched_gradient(grad)


def test_no_other_file_names_a_private_operator():
    for file in PACKAGE.rglob("*.py"):
        if file != Path(torch_ops.__file__):
            source = file.read_text(encoding="utf-8")
            assert "torch.ops." not in source, file
            assert "torch._" not in source.replace("torch.__version__", ""), file
