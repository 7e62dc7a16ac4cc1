"""What one layer of BigBird and Reformer costs, as transformers has them; letters as in sizes.py."""

from longformer_viz.cost.methods import BLOCK, HASH_CHUNK, HASHES, RANDOM_BLOCKS
from longformer_viz.cost.sizes import AttentionCost, Sizes


def bigbird(sizes: Sizes) -> AttentionCost:
    """Blocks of 64: three in a row, two global, three random; the first and the last two rows of blocks apart.

    Besides what it needs, transformers writes the weights into an n x n of zeros on each call, asked for or not.
    Source: Zaheer et al. 2020, section 2 and appendix D; transformers 5.23, models/big_bird/modeling_big_bird.py.
    """
    n, batch, hidden, heads, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.shape.heads, sizes.e
    b, r = BLOCK, RANDOM_BLOCKS
    middle, inner = n - 4 * b, n - 2 * b
    pairs = 2 * b * n + 2 * b * (4 + r) * b + middle * (5 + r) * b
    each = batch * heads
    scores = each * middle * (5 + r) * b * e
    parts = each * middle * (3 + r + 2) * b * e
    random_mask = each * inner * r * b * 8
    keys = 2 * batch * hidden * e * (inner * r + middle * 3)
    ends = 4 * each * b * n * e + 2 * each * b * (4 + r) * b * (2 * e + 8) + 4 * batch * (4 + r) * b * hidden * e
    band_mask = batch * middle * 3 * b * 8
    square = each * n * n * e
    saved = (
        scores
        + 2 * batch * hidden * e * (3 + r + 1) * middle
        + 2 * each * b * n * e
        + 2 * each * b * (4 + r) * b * e
        + 4 * batch * (4 + r) * b * hidden * e
    )
    return AttentionCost(
        pairs=each * pairs,
        product_flops=4 * batch * hidden * pairs,
        step_flops=12 * batch * hidden * pairs,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=4 * sizes.unit + 2 * (2 * scores + parts + random_mask + keys + ends) + 2 * square,
        query_bytes=3 * sizes.unit,
        temporary_bytes=square + 2 * scores + parts + random_mask + keys + ends + sizes.unit,
        saved_bytes=saved,
        kept_besides_bytes=2 * batch * hidden * e * (r + 1) * middle,
        backward_bytes=2 * scores,
        mask_bytes=band_mask,
    )


def reformer(sizes: Sizes) -> AttentionCost:
    """Rounds of hashing; each sorts the tokens by bucket and lets chunks of 64 see themselves and the one before.

    A round costs 8 n c H FLOPs with c = 64 tokens a chunk, and d n 2^k FLOPs a head for its rotations into buckets.
    Source: Kitaev et al. 2020, section 2; transformers 5.23, models/reformer/modeling_reformer.py.
    """
    n, batch, hidden, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.e
    sorted_rows = HASHES * sizes.rows
    seen = sorted_rows * 2 * HASH_CHUNK
    products = 4 * seen * sizes.shape.head_size
    rotations = HASHES * batch * n * hidden * _rotation_columns(n)
    temporary = 3 * seen * e + 5 * HASHES * sizes.unit + 8 * 6 * sorted_rows + sorted_rows * e
    return AttentionCost(
        pairs=seen,
        product_flops=products + rotations,
        step_flops=4 * products + rotations,  # its backward pass keeps buckets and computes the rest again
        projection_flops=2 * sizes.linear_flops,
        moved_bytes=2 * (7 * seen * e + 10 * HASHES * sizes.unit),
        query_bytes=0,  # freed once they are gathered by bucket
        temporary_bytes=temporary,
        backward_bytes=seen * (6 * e + 1) + 10 * HASHES * sizes.unit + 8 * 3 * sorted_rows,
    )


def buckets(length: int) -> int | list[int]:
    """Reformer's number of buckets for a padded length: two a chunk, in two factors where that is large.

    Source: transformers 5.23, `LSHSelfAttention._set_num_buckets`, for a model of as many positions.
    """
    power = (2 * (length // HASH_CHUNK)).bit_length() - 1
    limit = 2 * max(int((length // HASH_CHUNK) ** 0.5), HASH_CHUNK)
    return 2**power if 2**power <= limit else [2 ** (power // 2), 2 ** (power - power // 2)]


def _rotation_columns(length: int) -> int:
    """Twice the width of the rotations that sort tokens into buckets."""
    number = buckets(length)
    return number if isinstance(number, int) else sum(number)


def reformer_local(sizes: Sizes) -> AttentionCost:
    """Reformer's other layers: chunks of 64 that see themselves and the one before, without hashing."""
    seen = sizes.rows * 2 * HASH_CHUNK
    return AttentionCost(
        pairs=seen,
        product_flops=4 * seen * sizes.shape.head_size,
        step_flops=16 * seen * sizes.shape.head_size,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=2 * (5 * seen * sizes.e + 7 * sizes.unit),
        query_bytes=3 * sizes.unit,
        temporary_bytes=3 * seen * sizes.e + 4 * sizes.unit,
        backward_bytes=seen * (4 * sizes.e + 1),
    )
