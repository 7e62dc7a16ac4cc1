"""Reformer's pattern: tokens sorted by a hash, in chunks that see themselves and the one before (Kitaev 2020)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.patterns.pattern import Tiles, check_number, check_same_length, chosen_heads, or_over
from longformer_viz.spec import InputError


@dataclass(frozen=True, slots=True)
class ReformerPattern:
    """The pairs that locality-sensitive hashing brings together in one document.

    buckets: [layers, heads, rounds, n], the hash of every token in every round; bucket_size: tokens a chunk, the last
    chunk of a round cut where it does not divide the length. In each round the tokens are sorted by bucket, those of
    one bucket in the order of the text, and cut into chunks; a chunk sees itself and the one before it. Before the
    first chunk of a round lies the last chunk of the round before (of the last round, for the first), as in
    transformers, where the rounds are one long sequence.

    Here queries and keys differ, the keys choose the buckets for both sides, and a pair that several rounds bring
    together counts once (as in the paper; transformers counts it as often). A token sees itself: a Reformer forbids
    that, because there queries are keys. Neither are chunks cut where a bucket ends, as transformers does not.

    Make it with `ReformerPattern.of_keys`. Raises InputError.
    Source: Kitaev, Kaiser and Levskaya 2020, section 2, "LSH attention" and "Multi-round LSH attention".
    """

    buckets: Tensor = field(repr=False, compare=False)
    bucket_size: int = 64
    seed: int | None = None
    order: Tensor = field(init=False, repr=False, compare=False)
    chunk: Tensor = field(init=False, repr=False, compare=False)

    name = "Reformer"
    reference = "Kitaev, Kaiser and Levskaya 2020, arXiv:2001.04451, section 2"

    def __post_init__(self) -> None:
        check_number(self.bucket_size, "Bucket size", 1, 65_536, 64)
        if self.buckets.ndim != 4 or not self.buckets.numel():
            raise InputError(
                f"Buckets must have shape [layers, heads, rounds, n]; got {list(self.buckets.shape)}. "
                "Make the pattern with ReformerPattern.of_keys."
            )
        order = torch.argsort(self.buckets, dim=-1, stable=True)
        place = torch.arange(self.length).expand_as(order)
        chunk = torch.empty_like(order).scatter_(-1, order, place // self.bucket_size)
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
        """The pattern of one document, from the keys [heads, n, d] of each layer.

        rounds: of hashing; bucket_count: an even number, None for twice as many as there are chunks, rounded down
        to a power of two as transformers does; seed: of the random rotations. Raises InputError.
        """
        check_number(rounds, "Rounds", 1, 64, 4)
        check_number(bucket_size, "Bucket size", 1, 65_536, 64)
        check_number(seed, "Seed", 0, 2**31 - 1, 0)
        if bucket_count is not None and check_number(bucket_count, "Buckets", 2, 65_536, 64) % 2:
            raise InputError(f"Buckets must be an even number; got {bucket_count}. Try {bucket_count + 1}.")
        generator = torch.Generator().manual_seed(seed)
        factors = bucket_factors(keys[0].shape[-2], bucket_size, bucket_count)
        buckets = [hashed(key, rounds, factors, generator) for key in keys]
        return cls(torch.stack(buckets), bucket_size, seed)

    @property
    def depth(self) -> int:
        return len(self.buckets)

    @property
    def heads(self) -> int:
        return self.buckets.shape[1]

    @property
    def rounds(self) -> int:
        return self.buckets.shape[2]

    @property
    def length(self) -> int:
        return self.buckets.shape[3]

    @property
    def chunks(self) -> int:
        """Chunks in a round."""
        return -(-self.length // self.bucket_size)

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Whether `query` may attend to `key` (positions, broadcast) in this layer and head."""
        chunk = self.chunk[layer, head]
        met = torch.zeros(torch.broadcast_shapes(query.shape, key.shape), dtype=torch.bool)
        for number in range(self.rounds):
            asking, asked = chunk[number][query], chunk[number][key]
            met |= (asked == asking) | (asked == asking - 1)
            met |= (asking == 0) & (chunk[number - 1][key] == self.chunks - 1)
        return met

    def count_pairs(self, length: int) -> int:
        """Pairs scored in the document, over all layers and heads, each pair once; counted chunk by chunk.

        Raises InputError for another length than the pattern's own.
        """
        pairs = 0
        for layer in range(self.depth):
            for tiles in self.tiles(layer, length):
                rows = (tiles.queries < self.length)[..., None]
                assert tiles.allowed is not None  # `tiles` masks every chunk.
                pairs += int((tiles.allowed & rows).sum())
        return pairs

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """For each head and round, the chunks and the one before each; a pair in the first round that holds it."""
        check_same_length(length, self.length, self.name)
        for head in chosen_heads(heads, self.heads):
            sorted_ = self._sorted(layer, head)  # [rounds, chunks, chunk]
            small = torch.int16 if self.chunks < 2**15 else torch.int32
            chunk = pad(self.chunk[layer, head].to(small), (0, 1), value=-2)  # [rounds, n + 1]; no token at its end
            for number in range(self.rounds):
                queries = sorted_[number]
                before = torch.cat([sorted_[number - 1, -1:], queries[:-1]])
                if self.chunks == 1:
                    before = before[:, :0]  # it is the chunk itself
                keys = torch.cat([before, queries], 1)
                allowed = (keys < self.length)[:, None]
                if self.chunks > 1 and self.rounds > 1:
                    # What comes from another round may lie in this chunk, too.
                    again = torch.zeros_like(keys, dtype=torch.bool)
                    again[0, : before.shape[1]] = chunk[number][before[0]] == 0
                    allowed = allowed & ~again[:, None]
                if number:
                    allowed = allowed & ~self._met_before(chunk, number, queries, keys)
                yield Tiles("hashed", (head,), queries, keys, allowed)

    def spread(self, layer: int, marked: Tensor) -> Tensor:
        """What each token holds after the layer; marked: bool or integer bits [n, k]."""
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

    def seen(self, layer: int, queries: Tensor) -> Tensor:
        """The tokens that some tokens see; bool [n]."""
        chunk = self.chunk[layer].long()  # [heads, rounds, n]
        asking = torch.zeros(*chunk.shape[:2], self.chunks, dtype=torch.bool)
        asking.scatter_(-1, chunk[..., queries], True)
        # A chunk is seen by itself and by the next, which for the last one is the first of the next round.
        first_of_next = asking[..., :1].roll(-1, 1)
        holding = asking | torch.cat([asking[..., 1:], first_of_next], -1)
        return holding.gather(-1, chunk).flatten(0, 1).any(0) | queries

    def _sorted(self, layer: int, head: int) -> Tensor:
        """Positions in the order of their buckets, [rounds, chunks, chunk]; the length where there is none."""
        missing = self.chunks * self.bucket_size - self.length
        order = pad(self.order[layer, head].long(), (0, missing), value=self.length)
        return order.view(self.rounds, self.chunks, self.bucket_size)

    def _met_before(self, chunk: Tensor, number: int, queries: Tensor, keys: Tensor) -> Tensor:
        """Whether a round before this one brings a tile's queries and keys together, bool [tiles, q, k]."""
        met = torch.zeros(*queries.shape, keys.shape[1], dtype=torch.bool)
        for earlier in range(number):
            asking, asked = chunk[earlier][queries], chunk[earlier][keys]
            met |= (asking[..., None] - asked[:, None]).bitwise_or_(1) == 1  # a difference of 0 or 1
            first = (asking == 0).nonzero(as_tuple=True)
            met[first] |= chunk[earlier - 1][keys[first[0]]] == self.chunks - 1
        return met


def bucket_factors(length: int, bucket_size: int, bucket_count: int | None = None) -> tuple[int, ...]:
    """How many buckets, as one number or two whose product it is; None: as transformers chooses it."""
    if bucket_count is not None:
        return (bucket_count,)
    power = (2 * max(1, length // bucket_size)).bit_length() - 1
    if 2**power <= 2 * bucket_size:
        return (2**power,)
    return (2 ** (power // 2), 2 ** (power - power // 2))


def hashed(vectors: Tensor, rounds: int, factors: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """The bucket of each vector in each round, [heads, rounds, n]; vectors: [heads, n, d], of any length.

    The index of the largest of (xR, -xR) for a random matrix R, one a head, round and factor; it is the same for x
    and its unit vector. Source: Kitaev et al. 2020, section 2, after Andoni et al. 2015.
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
