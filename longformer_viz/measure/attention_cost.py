"""What one layer's attention costs, family by family: pairs, FLOPs, bytes moved, and bytes held at its peak.

Counts are of what the implementation really does, read from its code: padding, masked products inside a block, masks
of n x n. Letters: n tokens, B documents, H hidden width, h heads, d head size, e bytes of a number, w window,
g global tokens. `unit` is one tensor of hidden states, B n H e bytes; a multiply and an add are 2 FLOPs.
"""

from dataclasses import dataclass

from longformer_viz.attention.banded import QUERY_BLOCK
from longformer_viz.attention.differentiable import QUERY_BLOCK as TRAINED_QUERY_BLOCK
from longformer_viz.measure.methods import (
    BLOCK,
    CHUNK,
    GLOBAL_TOKENS,
    HASH_CHUNK,
    HASHES,
    MODERN_WINDOW,
    RANDOM_BLOCKS,
    Method,
    Shape,
)

FUSED_QUERY_BLOCK = 256  # rows that PyTorch's fused CPU kernel takes at a time from 768 tokens on
Kind = str  # of a layer: "" (as the family has it), "local" or "full"


@dataclass(frozen=True, slots=True)
class AttentionCost:
    """One layer's attention, forward.

    pairs: query-key pairs of all heads that the pattern asks for; product_flops: scores and values; step_flops: the
    same of forward and backward pass; projection_flops: linear layers; moved_bytes: read and written beside the
    projections; temporary_bytes: held at its peak beside hidden states, queries, keys and values; query_bytes: those
    three; saved_bytes: kept for the backward pass beside them and the output; kept_besides_bytes: of these, what is
    kept beside the temporary ones; backward_bytes: held beside that at the backward pass's peak; mask_bytes: the
    model's mask, held in every layer.
    """

    pairs: int
    product_flops: int
    step_flops: int
    projection_flops: int
    moved_bytes: int
    query_bytes: int
    temporary_bytes: int
    saved_bytes: int = 0
    kept_besides_bytes: int = 0
    backward_bytes: int = 0
    mask_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """A method, its lengths and its shape, with the letters of this module's first lines."""

    method: Method
    length: int
    shape: Shape
    batch: int
    device: str

    @property
    def n(self) -> int:
        return self.method.padded(self.length)

    @property
    def e(self) -> int:
        return self.method.element_bytes

    @property
    def rows(self) -> int:
        """Tokens of all documents and heads: B h n."""
        return self.batch * self.shape.heads * self.n

    @property
    def unit(self) -> int:
        return self.batch * self.n * self.shape.hidden * self.e

    @property
    def linear_flops(self) -> int:
        """Of one H x H layer over all tokens: 2 B n H H."""
        return 2 * self.batch * self.n * self.shape.hidden**2

    @property
    def noise_bytes(self) -> int:
        """What dropout keeps of one number: PyTorch's CPU path a number, CUDA's a byte."""
        return self.e if self.device == "cpu" else 1


def attention_cost(sizes: Sizes, kind: Kind = "") -> AttentionCost:
    """The cost of one layer's attention; `kind` tells apart the two kinds of layers of ModernBERT and Reformer."""
    family = sizes.method.family
    if family == "modernbert":
        return _modernbert(sizes, kind or "local")
    if family == "reformer":
        return _reformer_local(sizes) if kind == "local" else _reformer(sizes)
    return {
        "longformer": _longformer,
        "huggingface": _huggingface,
        "full": _full,
        "fused": _fused,
        "bigbird": _bigbird,
        "chunks": _chunks,
    }[family](sizes)


def band_pairs(length: int, one_sided_window: int, globals_: int = 0) -> int:
    """Pairs of one head in a band with global tokens at the document's start (Beltagy et al. 2020, section 3.1)."""
    reach = min(one_sided_window, length - 1)
    pairs = length * (2 * reach + 1) - reach * (reach + 1)
    for position in range(min(globals_, length)):
        hidden = max(0, length - 1 - position - one_sided_window)  # tokens that its window does not reach
        pairs += 2 * hidden
    return pairs


def _longformer(sizes: Sizes) -> AttentionCost:
    """Blocks of 64 rows on a fused kernel, global columns beside it, global rows folded (this project's code).

    Scores and values of one row cost 4 H FLOPs a key of its block's stretch, 64 + w wide inside the document.
    """
    n, batch, hidden, heads, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.shape.heads, sizes.e
    g, half = GLOBAL_TOKENS, sizes.method.window // 2
    computed, trained = _block_pairs(n, half), _trained_pairs(n, half)
    rows = batch * g * (6 * hidden**2 + 4 * heads * n * hidden)  # W_q, q W_k, P W_v; scores and mix on hidden states
    row_bytes = sizes.rows * g
    return AttentionCost(
        pairs=batch * heads * band_pairs(sizes.length, half, g),
        product_flops=4 * batch * hidden * (computed + n * g) + rows,
        step_flops=14 * batch * hidden * (trained + n * g) + 3 * rows,
        projection_flops=3 * sizes.linear_flops,
        moved_bytes=2 * sizes.unit + 2 * batch * hidden * e * computed // QUERY_BLOCK + 4 * sizes.unit,
        query_bytes=3 * sizes.unit,
        temporary_bytes=2 * sizes.unit + 4 * 4 * sizes.rows,
        saved_bytes=sizes.unit + 4 * sizes.rows + row_bytes * (4 + e + sizes.noise_bytes),
        backward_bytes=6 * 4 * batch * n * hidden,  # gradients add up in float32
    )


def _block_pairs(n: int, half: int) -> int:
    """Rows times keys of all blocks that `attention/banded.py` computes for one document and head."""
    if half >= n - 1:
        return n * n
    block = QUERY_BLOCK
    count = -(-n // block)
    first = min(-(-half // block), count)
    last = max(first, (n - half) // block)
    edges = [*range(first), *range(last, count)]
    stretches = ((number * block, min((number + 1) * block, n)) for number in edges)
    cut = sum((stop - start) * (min(n, stop + half) - max(0, start - half)) for start, stop in stretches)
    return cut + (last - first) * block * (block + 2 * half)


def _trained_pairs(n: int, half: int) -> int:
    """The same of `attention/differentiable.py`, which training with dropout takes."""
    starts = range(0, n, TRAINED_QUERY_BLOCK)
    blocks = ((start, min(start + TRAINED_QUERY_BLOCK, n)) for start in starts)
    return sum(
        (stop - start) * (min(n, start + TRAINED_QUERY_BLOCK + half) - max(0, start - half)) for start, stop in blocks
    )


def _huggingface(sizes: Sizes) -> AttentionCost:
    """transformers' sliding chunks: squares of w x w at every half window, then their diagonals as columns.

    Scores 2 (2 n / w - 1) w^2 H and values 3 n w H (blocks of w/2 rows by 3 w/2 keys); global keys and values are
    projected for all tokens.
    Source: transformers 5.23, models/longformer/modeling_longformer.py.
    """
    n, batch, hidden, heads, e = sizes.n, sizes.batch, sizes.shape.hidden, sizes.shape.heads, sizes.e
    w, g, rows = sizes.method.window, GLOBAL_TOKENS, sizes.rows
    squares = (2 * n // w - 1) * w * w
    chunks = 2 * batch * squares * hidden + 3 * batch * n * w * hidden
    columns = 4 * batch * n * g * hidden
    products = chunks + columns + batch * g * (2 * hidden**2 + 4 * n * hidden)
    wide = w + 1 + g
    mask = batch * n * (w + 1) * e  # of one head
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
        moved_bytes=4 * sizes.unit + 2 * rows * e * (23 * w // 2),  # each of its copies of the band, out and in
        query_bytes=3 * sizes.unit,
        temporary_bytes=max(values, softmax),
        saved_bytes=saved,
        backward_bytes=rows * e * 11 * w // 4,
        mask_bytes=batch * n * n * e,
    )


def _full(sizes: Sizes) -> AttentionCost:
    """Scores and weights as whole matrices: 4 n^2 H FLOPs, two of n^2 at once (Vaswani et al. 2017, section 3.2).

    Six passes over an n x n: products, scaling, softmax, values (Dao et al. 2022, algorithm 0). Training keeps the
    weights, dropout's noise and their product (Korthikanti et al. 2022, section 4.1).
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


def _fused(sizes: Sizes) -> AttentionCost:
    """The same products, never n x n: keys and values are read anew for each block of rows (Dao et al. 2022).

    On the CPU PyTorch has no fused kernel with dropout: training falls back to whole matrices.
    """
    full = _full(sizes)
    trained_fused = sizes.device != "cpu"
    return AttentionCost(
        pairs=full.pairs,
        product_flops=full.product_flops,
        step_flops=_recomputed(full.product_flops) if trained_fused else full.step_flops,
        projection_flops=full.projection_flops,
        moved_bytes=2 * sizes.unit + 2 * sizes.unit * -(-sizes.n // FUSED_QUERY_BLOCK),
        query_bytes=3 * sizes.unit,
        temporary_bytes=sizes.unit + 4 * sizes.rows,
        saved_bytes=4 * sizes.rows if trained_fused else full.saved_bytes,
        backward_bytes=4 * sizes.unit if trained_fused else full.backward_bytes,
    )


def _recomputed(product_flops: int) -> int:
    """Forward and backward pass where weights are computed again: two products there, five here (Dao et al. 2022)."""
    return product_flops * 7 // 2


def _chunks(sizes: Sizes) -> AttentionCost:
    """n / 512 documents of 512 tokens each on the fused kernel: 4 n 512 H (Devlin et al. 2018 for the 512)."""
    pieces = Sizes(Method("fused", None, sizes.method.dtype), CHUNK, sizes.shape, 1, sizes.device)
    one, count = _fused(pieces), sizes.batch * sizes.n // CHUNK
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


def _bigbird(sizes: Sizes) -> AttentionCost:
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


def _reformer(sizes: Sizes) -> AttentionCost:
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


def _reformer_local(sizes: Sizes) -> AttentionCost:
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


def _modernbert(sizes: Sizes, kind: Kind) -> AttentionCost:
    """A local layer sees 64 tokens on each side, a full one all; the fused kernel computes all pairs of both.

    The mask of local layers is made from n x n differences of 64-bit positions, two at once.
    Source: Warner et al. 2024, section 2.1.2; transformers 5.23, masking_utils.py.
    """
    n, batch, e = sizes.n, sizes.batch, sizes.e
    square = batch * n * n
    local = kind == "local"
    pairs = band_pairs(sizes.length, MODERN_WINDOW // 2) if local else sizes.length**2
    return AttentionCost(
        pairs=batch * sizes.shape.heads * pairs,
        product_flops=4 * square * sizes.shape.hidden,
        step_flops=_recomputed(4 * square * sizes.shape.hidden),
        projection_flops=4 * sizes.linear_flops,
        moved_bytes=8 * sizes.unit + 2 * sizes.unit * -(-n // FUSED_QUERY_BLOCK) + local * square * (e + 1) * 2,
        query_bytes=3 * sizes.unit,
        temporary_bytes=3 * sizes.unit + 4 * sizes.rows + local * square * e,
        saved_bytes=2 * sizes.unit + 4 * sizes.rows + local * square * e,
        backward_bytes=4 * sizes.unit,
        mask_bytes=square,
    )
