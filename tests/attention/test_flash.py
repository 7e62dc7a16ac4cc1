"""The GPU path for 16 bits: its packing, dilation and global columns against the plain path.

Its two kernels need a GPU, where `python -m benchmarks.gpu_parity` checks them; here what they promise is computed
densely.
"""

import math
from unittest.mock import patch

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels import flash, flash_columns
from longformer_viz.attention.kernels.flash import ends_padded, flash_attention, supports_flash
from tests.attention.test_against_oracle import configurations, inputs, plain_attention


def _of_document(bounds, query, key, half, number):
    """Its rows, and their scores [heads, n, n], -inf beyond the window."""
    rows = slice(int(bounds[number]), int(bounds[number + 1]))
    scores = torch.einsum("qhd,khd->hqk", query[rows], key[rows]) / math.sqrt(query.shape[-1])
    position = torch.arange(rows.stop - rows.start)
    return rows, scores.masked_fill((position - position[:, None]).abs() > half, -math.inf)


def _kernel(query, key, value, packing, half):
    output, lse = torch.zeros_like(query), query.new_zeros(query.shape[:-1])
    for number in range(len(packing.bounds) - 1):
        rows, scores = _of_document(packing.bounds, query, key, half, number)
        output[rows] = torch.einsum("hqk,khd->qhd", scores.softmax(-1), value[rows])
        lse[rows] = scores.logsumexp(-1).T
    return output, lse


def _gradients(packed, packing, half):
    output_grad, query, key, value, output, log_sum_exp = packed
    grads = [torch.zeros_like(tensor) for tensor in (query, key, value)]
    for number in range(len(packing.bounds) - 1):
        rows, scores = _of_document(packing.bounds, query, key, half, number)
        weights = torch.exp(scores - log_sum_exp[rows].T[..., None])
        mean = (output_grad[rows] * output[rows]).sum(-1).T[..., None]
        score_grad = weights * (torch.einsum("qhd,khd->hqk", output_grad[rows], value[rows]) - mean)
        score_grad = score_grad / math.sqrt(query.shape[-1])
        grads[0][rows] = torch.einsum("hqk,khd->qhd", score_grad, key[rows])
        grads[1][rows] = torch.einsum("hqk,qhd->khd", score_grad, query[rows])
        grads[2][rows] = torch.einsum("hqk,qhd->khd", weights, output_grad[rows])
    return grads


@settings(max_examples=100, deadline=None)
@given(configurations(), st.sampled_from([1, 2**25]))
@example((65, 4000, (1,), (((3,), "right"),), 1), 2**25)  # a window wider than the document
@example((70, 2, (1, 3), (((0, 5), "right"), ((69,), "none")), 2), 2**25)
def test_outputs_and_gradients_equal_the_plain_path(configuration, column_scores):
    length, window, dilations, documents, seed = configuration
    # Padding stands behind a document: other masks are not for this path.
    documents = tuple((globals_, "none" if kind == "none" else "right") for globals_, kind in documents)
    query, key, value, keep, is_global, layer = inputs(length, window, dilations, documents, seed)
    leaves = [tensor.requires_grad_() for tensor in (query, key, value)]
    arguments = (layer.one_sided_window, layer.dilations, keep, GlobalTokens.of(is_global))
    upstream = torch.randn(query.shape).masked_fill(~keep[:, None, :, None], 0)
    with (
        patch.object(flash, "windowed_kernel", _kernel),
        patch.object(flash, "windowed_gradients", _gradients),
        patch.object(flash_columns, "COLUMN_SCORES", column_scores),
    ):
        output, lse = flash_attention(AttentionInputs(*leaves, layer, keep, GlobalTokens.of(is_global)))
        ours = torch.autograd.grad(output, leaves, upstream)
    plain, plain_lse = plain_attention(*leaves, *arguments)
    theirs = torch.autograd.grad(plain, leaves, upstream)
    kept = keep[:, None].expand_as(lse)
    torch.testing.assert_close(output[kept], plain[kept], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(lse[kept], plain_lse[kept], atol=2e-5, rtol=1e-4)
    assert (output[~kept] == 0).all()
    assert (lse[~kept] == -math.inf).all()
    for mine, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, expected, atol=5e-5, rtol=1e-3)


def test_it_is_for_16_bits_on_a_gpu():
    assert not supports_flash(torch.zeros(1, 2, 8, 64, dtype=torch.bfloat16), None)
    assert not supports_flash(torch.zeros(1, 2, 8, 64), None)


@pytest.mark.parametrize(("kept", "behind"), [("1111 1000 0000", True), ("1111 1011", False), ("0111", False)])
def test_padding_must_stand_behind_the_documents(kept, behind):
    assert ends_padded(torch.tensor([[sign == "1" for sign in row] for row in kept.split()])) == behind
