"""The fused training path: its outputs and gradients against the plain path's, over many random configurations."""

from unittest.mock import patch

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from longformer_viz.attention import cpu_backend
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels import training_blocks
from longformer_viz.attention.kernels.fused_training import fused_training_attention
from longformer_viz.spec import LayerSpec
from tests.attention.test_against_oracle import configurations, inputs, plain_attention


def _fused(query, key, value, one_sided_window, dilations, keep, global_tokens):
    layer = LayerSpec(2 * one_sided_window, dilations)
    return fused_training_attention(AttentionInputs(query, key, value, layer, keep, global_tokens))


def _gradients(attend, leaves, *arguments):
    """Output, log-sum-exp, and the gradients of a random weighting of the rows of tokens, not of padding."""
    keep = arguments[-2]
    output, lse = attend(*leaves, *arguments)
    upstream = torch.randn(output.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    upstream = upstream.to(output.dtype).masked_fill(~keep[:, None, :, None], 0)
    return output.detach(), lse, torch.autograd.grad(output, leaves, upstream)


@settings(max_examples=120, deadline=None)
@given(configurations(), st.sampled_from([1, 2**20]), st.sampled_from([5, 128]))
@example((1, 2, (1,), (((0,), "none"),), 0), 2**20, 128)
@example((65, 4000, (1,), (((3,), "irregular"),), 1), 2**20, 128)  # a window wider than the document
@example((330, 2, (1, 1), (((), "irregular"), ((), "right")), 2), 2**20, 128)  # rows that see nothing
def test_outputs_and_gradients_equal_the_plain_path(configuration, group_scores, block):
    query, key, value, keep, is_global, layer = inputs(*configuration, dtype=torch.float64)
    leaves = [tensor.requires_grad_() for tensor in (query, key, value)]
    arguments = (layer.one_sided_window, layer.dilations, keep, GlobalTokens.of(is_global))
    with (
        patch.object(training_blocks, "GROUP_SCORES", group_scores),
        patch.object(training_blocks, "QUERY_BLOCK", block),
    ):
        fused, fused_lse, ours = _gradients(_fused, leaves, *arguments)
    plain, plain_lse, theirs = _gradients(plain_attention, leaves, *arguments)
    kept = keep[:, None].expand_as(fused_lse)
    torch.testing.assert_close(fused[kept], plain[kept])
    torch.testing.assert_close(fused_lse[kept], plain_lse[kept])
    assert (fused[~kept] == 0).all()
    assert (fused_lse[~kept] == -torch.inf).all()
    for mine, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, expected)


@pytest.mark.parametrize(("window", "dilations"), [(20, (1, 1)), (4, (1, 1)), (4, (1, 2))])
def test_gradcheck_with_padding_dilation_and_columns(window, dilations):
    torch.manual_seed(0)
    leaves = [torch.randn(3, 2, 9, 3, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    keep = torch.tensor([[True] * 9, [True] * 4 + [False] * 5, [True] + [False] * 7 + [True]])
    is_global = torch.zeros(3, 9, dtype=torch.bool)
    is_global[0, [0, 5]] = is_global[1, 1] = True

    def attend(*tensors):
        arguments = (window // 2, dilations, keep, GlobalTokens.of(is_global))
        return _fused(*tensors, *arguments)[0]

    assert torch.autograd.gradcheck(attend, leaves)


@pytest.mark.parametrize("is_global", [False, True])
def test_a_document_of_padding_alone_has_gradients_of_zero(is_global):
    leaves = [torch.randn(2, 1, 7, 4, requires_grad=True) for _ in range(3)]
    keep = torch.tensor([[True] * 7, [False] * 7])
    marked = torch.zeros_like(keep)
    marked[0, 3] = is_global
    output, _ = _fused(*leaves, 1, (1,), keep, GlobalTokens.of(marked))
    for grad in torch.autograd.grad(output.sum(), leaves):
        assert grad[0].isfinite().all()
        assert (grad[1] == 0).all()


@pytest.mark.parametrize("native", [True, False], ids=["as the processor is", "without bfloat16"])
@pytest.mark.parametrize(
    ("dtype", "error"),
    [
        # Relative to the norm of float32's output or gradient: twice what was measured, 0.0054 and 0.00036.
        (torch.bfloat16, 0.011),
        (torch.float16, 0.0008),
    ],
    ids=["bfloat16", "float16"],
)
@pytest.mark.parametrize("dilations", [(1, 1), (1, 2)])
@pytest.mark.parametrize("length", [1, 40, 300])
def test_16_bit_types_stay_near_float32(dtype, error, native, dilations, length):
    configuration = (length, 64, dilations, (((0, length // 2), "right"), ((0,), "irregular")), 3)
    query, key, value, keep, is_global, layer = inputs(*configuration)
    rounded = [tensor.to(dtype) for tensor in (query, key, value)]
    arguments = (layer.one_sided_window, layer.dilations, keep, GlobalTokens.of(is_global))
    with patch.object(cpu_backend, "multiplies_bfloat16", lambda: native), torch.autocast("cpu", torch.bfloat16):
        ours = _gradients(_fused, [tensor.requires_grad_() for tensor in rounded], *arguments)
    exact = [tensor.detach().float().requires_grad_() for tensor in rounded]
    theirs = _gradients(_fused, exact, *arguments)
    assert all(grad.dtype == dtype for grad in (ours[0], *ours[2]))
    for mine, expected in zip((ours[0], *ours[2]), (theirs[0], *theirs[2]), strict=True):
        assert (mine - expected).norm() <= error * max(float(expected.norm()), 1e-3)
