"""The cost of one layer of full attention, for whole documents or chunks; symbols as in sizes.py."""

from longformer_viz.cost.band import band_pairs
from longformer_viz.cost.families import CHUNK, MODERN_WINDOW
from longformer_viz.cost.methods import Method
from longformer_viz.cost.sizes import AttentionCost, Sizes

FUSED_QUERY_BLOCK = 256  # Rows per block of PyTorch's fused CPU kernel, from 768 tokens on.


def full(sizes: Sizes) -> AttentionCost:
    """Return the cost of full attention with stored scores and weights.

    Its FLOPs are 4 n² H (Vaswani et al. 2017, section 3.2). Two n × n matrices are in memory at once. They are read
    or written six times: products, scaling, softmax, values (Dao et al. 2022, algorithm 0). Training keeps the
    weights, the dropout mask and their product (Korthikanti et al. 2022, section 4.1).

    Args:
        sizes: The layer.
    """
    square = sizes.rows * sizes.n
    products = 4 * sizes.batch * sizes.n**2 * sizes.shape.hidden
    return AttentionCost(
        pairs=sizes.batch * sizes.shape.heads * sizes.length**2,
        product_flops=products,
        step_flops=3 * products,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=4 * sizes.unit + 6 * square * sizes.e,
        query_bytes=3 * sizes.unit,
        temporary_bytes=2 * square * sizes.e,
        saved_bytes=square * (2 * sizes.e + sizes.noise_bytes),
        backward_bytes=square * sizes.e,
    )


def fused(sizes: Sizes) -> AttentionCost:
    """Return the cost of fused full attention, which reads keys and values again for each block of rows.

    It computes the same products without an n × n matrix (Dao et al. 2022). On the CPU, PyTorch has no fused kernel
    with dropout, so training uses full matrices.

    Args:
        sizes: The layer.
    """
    whole = full(sizes)
    trained_fused = sizes.device != "cpu"
    return AttentionCost(
        pairs=whole.pairs,
        product_flops=whole.product_flops,
        step_flops=recomputed(whole.product_flops) if trained_fused else whole.step_flops,
        projection_flops=whole.projection_flops,
        moved_bytes=2 * sizes.unit + 2 * sizes.unit * -(-sizes.n // FUSED_QUERY_BLOCK),
        query_bytes=3 * sizes.unit,
        temporary_bytes=sizes.unit + 4 * sizes.rows,
        saved_bytes=4 * sizes.rows if trained_fused else whole.saved_bytes,
        backward_bytes=4 * sizes.unit if trained_fused else whole.backward_bytes,
    )


def recomputed(product_flops: int) -> int:
    """Return the FLOPs of forward and backward pass when weights are recomputed: 2 and 5 products (Dao et al. 2022).

    Args:
        product_flops: FLOPs of the 2 products of the forward pass.
    """
    return product_flops * 7 // 2


def chunks(sizes: Sizes) -> AttentionCost:
    """Return the cost of chunks of 512 tokens with fused attention: 4 n 512 H FLOPs.

    512 tokens is the length of BERT (Devlin et al. 2018).

    Args:
        sizes: The layer.
    """
    pieces = Sizes(Method("fused", None, sizes.method.dtype), CHUNK, sizes.shape, 1, sizes.device)
    one, count = fused(pieces), sizes.batch * sizes.n // CHUNK
    rest = sizes.length % CHUNK
    pairs = sizes.batch * sizes.shape.heads * (sizes.length // CHUNK * CHUNK**2 + rest**2)
    return AttentionCost(
        pairs=pairs,
        product_flops=one.product_flops * count,
        step_flops=one.step_flops * count,
        projection_flops=one.projection_flops * count,
        moved_bytes=one.moved_bytes * count,
        query_bytes=one.query_bytes * count,
        temporary_bytes=one.temporary_bytes * count,
        saved_bytes=one.saved_bytes * count,
        backward_bytes=one.backward_bytes * count,
    )


def modernbert(sizes: Sizes, kind: str) -> AttentionCost:
    """Return the cost of a ModernBERT layer; in a local layer, tokens attend to 64 tokens on each side.

    The fused kernel computes all pairs in local layers too. Their mask is built from two n × n matrices of 64-bit
    differences of positions.
    Source: Warner et al. 2024, section 2.1.2; transformers 5.23, masking_utils.py.

    Args:
        sizes: The layer.
        kind: "local" or "full".
    """
    n, batch, e = sizes.n, sizes.batch, sizes.e
    square = batch * n * n
    local = kind == "local"
    pairs = band_pairs(sizes.length, MODERN_WINDOW // 2) if local else sizes.length**2
    return AttentionCost(
        pairs=batch * sizes.shape.heads * pairs,
        product_flops=4 * square * sizes.shape.hidden,
        step_flops=recomputed(4 * square * sizes.shape.hidden),
        projection_flops=4 * sizes.linear_flops,
        moved_bytes=8 * sizes.unit + 2 * sizes.unit * -(-n // FUSED_QUERY_BLOCK) + local * square * (e + 1) * 2,
        query_bytes=3 * sizes.unit,
        temporary_bytes=3 * sizes.unit + 4 * sizes.rows + local * square * e,
        saved_bytes=2 * sizes.unit + 4 * sizes.rows + local * square * e,
        backward_bytes=4 * sizes.unit,
        mask_bytes=square,
    )
