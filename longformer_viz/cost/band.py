"""The cost of one layer of Longformer attention, in this project and in transformers; letters as in sizes.py."""

import torch

from longformer_viz.attention.block_layout import BandedLayout
from longformer_viz.attention.kernels.banded import QUERY_BLOCK
from longformer_viz.attention.kernels.composite import QUERY_BLOCK as TRAINED_QUERY_BLOCK
from longformer_viz.attention.kernels.matmul import blocks_at_a_time, prefers_matmul
from longformer_viz.cost.families import GLOBAL_TOKENS
from longformer_viz.cost.sizes import AttentionCost, Sizes


def band_pairs(length: int, one_sided_window: int, globals_: int = 0) -> int:
    """Return the pairs of one head in a band with global tokens at the document's start (Beltagy et al. 2020, 3.1).

    Args:
        length: Tokens in the document.
        one_sided_window: Keys on each side of a query.
        globals_: Number of global tokens.
    """
    reach = min(one_sided_window, length - 1)
    pairs = length * (2 * reach + 1) - reach * (reach + 1)
    for position in range(min(globals_, length)):
        hidden = max(0, length - 1 - position - one_sided_window)  # Tokens beyond its window.
        pairs += 2 * hidden
    return pairs


def longformer(sizes: Sizes) -> AttentionCost:
    """Return the cost of this project's attention: blocks of b rows, global columns, folded global rows.

    Scores and values of one row cost 4 H FLOPs for each key of its block, which has b + w keys inside the document.
    Matrix products store the weights of one group of blocks. The fused kernel's output of inner blocks is a separate
    tensor. On a GPU in 16 bits the kernel computes fewer FLOPs and uses the same memory.

    Args:
        sizes: The layer.
    """
    n, batch, hidden, heads, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.shape.heads, sizes.e
    g, half = GLOBAL_TOKENS, sizes.method.window_tokens // 2
    computed = BandedLayout.of(n, half, QUERY_BLOCK).pairs
    trained = BandedLayout.of(n, half, TRAINED_QUERY_BLOCK).pairs  # Training with dropout.
    rows = (
        batch * g * (6 * hidden**2 + 4 * heads * n * hidden)
    )  # W_q, q W_k, P W_v; scores and means of hidden states.
    row_bytes = sizes.rows * g
    column = (
        2 if g == 1 and sizes.method.dtype == "float32" else 4
    )  # With one global token, its weight needs no softmax.
    return AttentionCost(
        pairs=batch * heads * band_pairs(sizes.length, half, g),
        product_flops=batch * hidden * (4 * computed + column * n * g) + rows,
        step_flops=14 * batch * hidden * (trained + n * g) + 3 * rows,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=2 * sizes.unit + 2 * batch * hidden * e * computed // QUERY_BLOCK + 4 * sizes.unit,
        query_bytes=3 * sizes.unit,
        temporary_bytes=sizes.unit + _working_bytes(sizes, half) + 4 * 4 * sizes.rows,
        saved_bytes=sizes.unit + 4 * sizes.rows + row_bytes * (4 + e + sizes.noise_bytes),
        backward_bytes=6 * 4 * batch * n * hidden,  # Gradients are summed in float32.
    )


def _working_bytes(sizes: Sizes, half: int) -> int:
    """Return the memory that the window's attention uses in addition to its output."""
    inner, heads = max(0, sizes.n - 2 * half), sizes.shape.heads  # Rows whose whole window is inside the document.
    dtype = getattr(torch, sizes.method.dtype)
    if sizes.device != "cpu" or not prefers_matmul(torch.empty(0, dtype=dtype)):
        return sizes.unit * inner // (sizes.n * sizes.batch)
    width = min(sizes.n, QUERY_BLOCK + 2 * half)
    scores = blocks_at_a_time(max(inner // QUERY_BLOCK, heads), QUERY_BLOCK, width) * QUERY_BLOCK * width
    summed = 0 if sizes.e == 4 else 4 * scores  # In float32.
    return sizes.e * (scores + scores * sizes.shape.hidden // (heads * width)) + summed


def huggingface(sizes: Sizes) -> AttentionCost:
    """Return the cost of transformers' sliding chunks: squares of w × w at every half window, then their diagonals.

    Scores cost 2 (2 n / w - 1) w² H FLOPs and values 3 n w H, in blocks of w/2 rows by 3 w/2 keys. Global keys and
    values are projected for all tokens.
    Source: transformers 5.23, models/longformer/modeling_longformer.py.

    Args:
        sizes: The layer.
    """
    n, batch, hidden, heads, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.shape.heads, sizes.e
    w, g, rows = sizes.method.window_tokens, GLOBAL_TOKENS, sizes.rows
    squares = (2 * n // w - 1) * w * w
    chunks = 2 * batch * squares * hidden + 3 * batch * n * w * hidden
    columns = 4 * batch * n * g * hidden
    products = chunks + columns + batch * g * (2 * hidden**2 + 4 * n * hidden)
    wide = w + 1 + g
    mask = batch * n * (w + 1) * e  # Of one head.
    values = rows * e * (wide + w + 1 + 3 * w // 2 + 2) + 6 * sizes.unit + sizes.unit * w // n + mask
    softmax = rows * wide * (e + 8) + mask
    saved = (
        rows * (e * (3 * w // 2 + 2) + wide * (4 + sizes.noise_bytes))
        + 3 * sizes.unit
        + 2 * (2 * sizes.unit - sizes.unit * w // n)
        + rows * g * (4 + e + sizes.noise_bytes)
    )
    return AttentionCost(
        pairs=batch * heads * band_pairs(sizes.length, w // 2, g),
        product_flops=products,
        step_flops=3 * products,
        projection_flops=5 * sizes.linear_flops,
        moved_bytes=4 * sizes.unit + 2 * rows * e * (23 * w // 2),  # Each copy of the band is written and read.
        query_bytes=3 * sizes.unit,
        temporary_bytes=max(values, softmax),
        saved_bytes=saved,
        backward_bytes=rows * e * 11 * w // 4,
        mask_bytes=batch * n * n * e,
    )
