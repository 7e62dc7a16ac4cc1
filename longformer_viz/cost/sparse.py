"""The cost of one layer of BigBird and Reformer in transformers; symbols as in sizes.py."""

from longformer_viz.cost.families import BLOCK, HASH_CHUNK, HASHES, RANDOM_BLOCKS
from longformer_viz.cost.sizes import AttentionCost, Sizes


def bigbird(sizes: Sizes) -> AttentionCost:
    """Return the cost of BigBird's blocks of 64 tokens.

    Each block attends to three neighbouring, two global and three random blocks. The first two and last two blocks of
    queries are computed separately. On every call, transformers also writes the weights into an n × n matrix of
    zeros. Source: Zaheer et al. 2020, section 2 and appendix D; transformers 5.23,
    models/big_bird/modeling_big_bird.py.

    Args:
        sizes: The layer.
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
        kept_extra_bytes=2 * batch * hidden * e * (r + 1) * middle,
        backward_bytes=2 * scores,
        mask_bytes=band_mask,
    )


def reformer(sizes: Sizes) -> AttentionCost:
    """Return the cost of Reformer's hashed attention.

    Each round sorts tokens by bucket; a chunk of c = 64 tokens attends to itself and the chunk before. A round costs
    8 n c H FLOPs, and d n 2^k FLOPs per head for the rotations into buckets.
    Source: Kitaev et al. 2020, section 2; transformers 5.23, models/reformer/modeling_reformer.py.

    Args:
        sizes: The layer.
    """
    n, batch, hidden, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.e
    sorted_rows = HASHES * sizes.rows
    pairs_computed = sorted_rows * 2 * HASH_CHUNK
    products = 4 * pairs_computed * sizes.shape.head_size
    rotations = HASHES * batch * n * hidden * _rotation_columns(n)
    temporary = 3 * pairs_computed * e + 5 * HASHES * sizes.unit + 8 * 6 * sorted_rows + sorted_rows * e
    return AttentionCost(
        pairs=pairs_computed,
        product_flops=products + rotations,
        step_flops=4 * products + rotations,  # The backward pass keeps the buckets and recomputes the rest.
        projection_flops=2 * sizes.linear_flops,
        moved_bytes=2 * (7 * pairs_computed * e + 10 * HASHES * sizes.unit),
        query_bytes=0,  # Freed after they are sorted by bucket.
        temporary_bytes=temporary,
        backward_bytes=pairs_computed * (6 * e + 1) + 10 * HASHES * sizes.unit + 8 * 3 * sorted_rows,
    )


def buckets(length: int) -> int | list[int]:
    """Return Reformer's number of buckets: two per chunk, as two factors if the number is large.

    Source: transformers 5.23, `LSHSelfAttention._set_num_buckets`.

    Args:
        length: Padded length in tokens, the model's number of positions.
    """
    power = (2 * (length // HASH_CHUNK)).bit_length() - 1
    limit = 2 * max(int((length // HASH_CHUNK) ** 0.5), HASH_CHUNK)
    return 2**power if 2**power <= limit else [2 ** (power // 2), 2 ** (power - power // 2)]


def _rotation_columns(length: int) -> int:
    """Return twice the width of the rotations that sort tokens into buckets."""
    number = buckets(length)
    return number if isinstance(number, int) else sum(number)


def reformer_local(sizes: Sizes) -> AttentionCost:
    """Return the cost of Reformer's local attention: a chunk of 64 tokens attends to itself and the chunk before.

    Args:
        sizes: The layer.
    """
    pairs_computed = sizes.rows * 2 * HASH_CHUNK
    return AttentionCost(
        pairs=pairs_computed,
        product_flops=4 * pairs_computed * sizes.shape.head_size,
        step_flops=16 * pairs_computed * sizes.shape.head_size,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=2 * (5 * pairs_computed * sizes.e + 7 * sizes.unit),
        query_bytes=3 * sizes.unit,
        temporary_bytes=3 * pairs_computed * sizes.e + 4 * sizes.unit,
        backward_bytes=pairs_computed * (4 * sizes.e + 1),
    )
