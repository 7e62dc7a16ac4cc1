"""Reformer's pattern: tokens sorted by a hash, in chunks (Kitaev, Kaiser and Levskaya 2020, section 2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.checks import check_type, check_values, check_whole
from longformer_viz.patterns.pattern import Tiles, check_same_length, chosen_heads, or_over
from longformer_viz.spec import InputError, shown


@dataclass(frozen=True, slots=True)
class ReformerPattern:
    """The pairs that locality-sensitive hashing (LSH) selects in one document.

    In each round the tokens are sorted by bucket and then by position, and split into chunks. Each chunk attends to
    itself and to the chunk before it. The chunk before the first one is the last chunk of the previous round (of the
    last round, for the first round), as in transformers, where the rounds form one sequence.

    This differs from a Reformer in three ways. Queries and keys differ here, and the keys determine the buckets of
    both. A token attends to itself, which a Reformer forbids because its queries are its keys. A pair that several
    rounds select counts once, as in the paper; transformers counts it several times. As in transformers, chunks are
    not split where a bucket ends.

    `ReformerPattern.of_keys` makes the pattern. Source: Kitaev, Kaiser and Levskaya 2020, section 2, "LSH attention"
    and "Multi-round LSH attention".

    Attributes:
        buckets: Int64 `[layers, heads, rounds, n]`, the bucket of every token in every round.
        bucket_size: Tokens in a chunk. The last chunk is shorter if the size does not divide the length.
        seed: Seed of the random rotations; None if the buckets come from elsewhere.
        order: Int32 `[layers, heads, rounds, n]`, the positions sorted by bucket.
        chunk: Int32 `[layers, heads, rounds, n]`, the chunk of every token.

    Raises:
        InputError: The bucket size is out of range, or the buckets have another shape.
    """

    buckets: Tensor = field(repr=False, compare=False)
    bucket_size: int = 64
    seed: int | None = None
    order: Tensor = field(init=False, repr=False, compare=False)
    chunk: Tensor = field(init=False, repr=False, compare=False)

    name = "Reformer"
    reference = "Kitaev, Kaiser and Levskaya 2020, arXiv:2001.04451, section 2"

    def __post_init__(self) -> None:
        check_whole(self.bucket_size, "Bucket size", 1, 65_536, 64)
        if self.seed is not None:
            check_whole(self.seed, "Seed", 0, 2**31 - 1, 0)
        check_type(self.buckets, Tensor, "Buckets", "Make the pattern with ReformerPattern.of_keys.")
        if self.buckets.ndim != 4 or not self.buckets.numel():
            raise InputError(
                f"Buckets must have shape [layers, heads, rounds, n]. You entered {list(self.buckets.shape)}. "
                "Make the pattern with ReformerPattern.of_keys."
            )
        order = torch.argsort(self.buckets, dim=-1, stable=True)
        rank = torch.arange(self.length).expand_as(order)
        chunk = torch.empty_like(order).scatter_(-1, order, rank // self.bucket_size)
        object.__setattr__(self, "order", order.int())
        object.__setattr__(self, "chunk", chunk.int())

    @classmethod
    def of_keys(
        cls,
        keys: Sequence[Tensor],
        rounds: int = 4,
        bucket_size: int = 64,
        bucket_count: int | None = None,
        seed: int = 0,
    ) -> "ReformerPattern":
        """Return the pattern of one document, hashed from its keys.

        Args:
            keys: `[heads, n, d]` for each layer.
            rounds: Number of hashing rounds.
            bucket_size: Tokens in a chunk.
            bucket_count: Even number of buckets. None means twice the number of chunks, rounded down to a power of
                two, as in transformers.
            seed: Seed of the random rotations.

        Raises:
            InputError: A number is out of range, or the keys are of another shape.
        """
        check_whole(rounds, "Rounds", 1, 64, 4)
        check_whole(bucket_size, "Bucket size", 1, 65_536, 64)
        check_whole(seed, "Seed", 0, 2**31 - 1, 0)
        if bucket_count is not None and check_whole(bucket_count, "Buckets", 2, 65_536, 64) % 2:
            raise InputError(f"Buckets must be an even number. You entered {bucket_count}. Try {bucket_count + 1}.")
        _check_keys(keys)
        generator = torch.Generator().manual_seed(seed)
        factors = bucket_factors(keys[0].shape[-2], bucket_size, bucket_count)
        buckets = [hash_buckets(key, rounds, factors, generator) for key in keys]
        return cls(torch.stack(buckets), bucket_size, seed)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.buckets)

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        return self.buckets.shape[1]

    @property
    def rounds(self) -> int:
        """Number of hashing rounds."""
        return self.buckets.shape[2]

    @property
    def length(self) -> int:
        """Number of tokens in the document."""
        return self.buckets.shape[3]

    @property
    def chunks(self) -> int:
        """Number of chunks in a round."""
        return -(-self.length // self.bucket_size)

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `Pattern.allows`."""
        chunk = self.chunk[layer, head]
        selected = torch.zeros(torch.broadcast_shapes(query.shape, key.shape), dtype=torch.bool)
        for number in range(self.rounds):
            query_chunk, key_chunk = chunk[number][query], chunk[number][key]
            selected |= (key_chunk == query_chunk) | (key_chunk == query_chunk - 1)
            selected |= (query_chunk == 0) & (chunk[number - 1][key] == self.chunks - 1)
        return selected

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs scored over all layers and heads; each pair counts once.

        Args:
            length: Number of tokens in the document.

        Raises:
            InputError: The pattern was made for another length.
        """
        pairs = 0
        for layer in range(self.depth):
            for tiles in self.tiles(layer, length):
                rows = (tiles.queries < self.length)[..., None]
                assert tiles.allowed is not None  # `tiles` masks every chunk.
                pairs += int((tiles.allowed & rows).sum())
        return pairs

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield each chunk with itself and the one before, by head and round. A pair is in its first round only.

        The parameters are those of `Pattern.tiles`.
        """
        check_same_length(length, self.length, self.name)
        for head in chosen_heads(heads, self.heads):
            sorted_ = self._sorted(layer, head)  # [rounds, chunks, chunk]
            small = torch.int16 if self.chunks < 2**15 else torch.int32
            chunk = pad(self.chunk[layer, head].to(small), (0, 1), value=-2)  # [rounds, n + 1], -2 for no token.
            for number in range(self.rounds):
                queries = sorted_[number]
                before = torch.cat([sorted_[number - 1, -1:], queries[:-1]])
                if self.chunks == 1:
                    before = before[:, :0]  # The chunk before is the chunk itself.
                keys = torch.cat([before, queries], 1)
                allowed = (keys < self.length)[:, None]
                if self.chunks > 1 and self.rounds > 1:
                    # The keys before the first chunk are of another round and may be in the chunk as well.
                    again = torch.zeros_like(keys, dtype=torch.bool)
                    again[0, : before.shape[1]] = chunk[number][before[0]] == 0
                    allowed = allowed & ~again[:, None]
                if number:
                    allowed = allowed & ~self._selected_before(chunk, number, queries, keys)
                yield Tiles("hashed", (head,), queries, keys, allowed)

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        result = marked.clone()
        start = torch.arange(self.chunks) * self.bucket_size
        after = (start + self.bucket_size).clamp(max=self.length)
        for head in range(self.heads):
            order, chunk = self.order[layer, head], self.chunk[layer, head]
            whole = [or_over(marked[order[number]], start, after) for number in range(self.rounds)]  # [chunks, k]
            for number in range(self.rounds):
                before = torch.cat([whole[number - 1][-1:], whole[number][:-1]])
                result |= (whole[number] | before)[chunk[number]]
        return result

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`."""
        chunk = self.chunk[layer].long()  # [heads, rounds, n]
        has_query = torch.zeros(*chunk.shape[:2], self.chunks, dtype=torch.bool)
        has_query.scatter_(-1, chunk[..., queries], True)
        # A chunk and the next one attend to it. After the last chunk comes the first one of the next round.
        first_of_next = has_query[..., :1].roll(-1, 1)
        attended = has_query | torch.cat([has_query[..., 1:], first_of_next], -1)
        return attended.gather(-1, chunk).flatten(0, 1).any(0) | queries

    def _sorted(self, layer: int, head: int) -> Tensor:
        """Return the positions sorted by bucket, `[rounds, chunks, chunk]`; the document's length for no token."""
        missing = self.chunks * self.bucket_size - self.length
        order = pad(self.order[layer, head].long(), (0, missing), value=self.length)
        return order.view(self.rounds, self.chunks, self.bucket_size)

    def _selected_before(self, chunk: Tensor, number: int, queries: Tensor, keys: Tensor) -> Tensor:
        """Return which pairs of the tiles an earlier round selects, bool `[tiles, q, k]`."""
        selected = torch.zeros(*queries.shape, keys.shape[1], dtype=torch.bool)
        for earlier in range(number):
            query_chunk, key_chunk = chunk[earlier][queries], chunk[earlier][keys]
            selected |= (query_chunk[..., None] - key_chunk[:, None]).bitwise_or_(1) == 1  # A difference of 0 or 1.
            first = (query_chunk == 0).nonzero(as_tuple=True)
            selected[first] |= chunk[earlier - 1][keys[first[0]]] == self.chunks - 1
        return selected


def bucket_factors(length: int, bucket_size: int, bucket_count: int | None = None) -> tuple[int, ...]:
    """Return the number of buckets as one factor or two.

    Args:
        length: Number of tokens in the document.
        bucket_size: Tokens in a chunk.
        bucket_count: Number of buckets; None for transformers' default.

    Returns:
        Factors whose product is the number of buckets.
    """
    if bucket_count is not None:
        return (bucket_count,)
    power = (2 * max(1, length // bucket_size)).bit_length() - 1
    if 2**power <= 2 * bucket_size:
        return (2**power,)
    return (2 ** (power // 2), 2 ** (power - power // 2))


def hash_buckets(vectors: Tensor, rounds: int, factors: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Compute the bucket of each vector in each round.

    The bucket is the index of the largest value of (xR, -xR) for a random matrix R of each head, round and factor.
    It does not depend on the norm of x. Source: Kitaev et al. 2020, section 2, after Andoni et al. 2015.

    Args:
        vectors: `[heads, n, d]`.
        rounds: Number of hashing rounds.
        factors: Factors of the number of buckets.
        generator: Source of the random matrices.

    Returns:
        Int64 `[heads, rounds, n]`.
    """
    heads, length, size = vectors.shape
    rotations = torch.randn(heads, size, rounds, sum(factor // 2 for factor in factors), generator=generator)
    buckets = torch.zeros(heads, rounds, length, dtype=torch.long)
    first, weight = 0, 1
    for factor in factors:
        part = rotations[..., first : first + factor // 2].transpose(1, 2)  # [heads, rounds, d, factor / 2]
        for head in range(heads):
            rotated = vectors[head].float() @ part[head]  # [rounds, n, factor / 2]
            (largest, where), (least, where_least) = rotated.max(-1), rotated.min(-1)
            buckets[head] += weight * torch.where(largest >= -least, where, where_least + factor // 2)
        first, weight = first + factor // 2, weight * factor
    return buckets


def _check_keys(keys: object) -> None:
    """Check that there is one tensor `[heads, n, d]` for each layer, all of one shape."""
    cure = "Take the keys of a trace: [layer.key for layer in trace.layers]."
    shapes = {tuple(check_type(key, Tensor, "Keys", cure).shape) for key in check_values(keys, "keys", cure)}
    if len(shapes) != 1 or len(next(iter(shapes))) != 3 or 0 in next(iter(shapes)):
        raise InputError(f"Keys must have one shape [heads, n, d]. You entered {shown(sorted(shapes))}. {cure}")
