"""Reach: after how many layers one token can know of another, and which pairs never meet.

A token knows itself; after a layer it knows what the tokens that it sees knew before, in any head. That is what
information can do at most: whether a model passes it on, the pattern does not say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Connectivity, or_of_all
from longformer_viz.spec import InputError, LayerSpec, check_index

_BITS = 64
_WORDS = 2**19  # bits are worked on in so many 64-bit words at a time


@dataclass(frozen=True, slots=True)
class BlindSpots:
    """Pairs (i, j) of which token i cannot know of token j after all layers.

    count: of them; pairs: of all, n x n; known_by_layer: pairs that are known after 0, 1, ... layers; examples: some
    of those that are not, (knower, known).
    """

    count: int
    pairs: int
    known_by_layer: tuple[int, ...]
    examples: tuple[tuple[int, int], ...]


def receptive_field(pattern: Connectivity, length: int, token: int, extra_globals: Sequence[int] = ()) -> Tensor:
    """What one token can know after 0, 1, ... layers, bool [layers + 1, n].

    extra_globals: positions that are global beside the pattern's own, in all layers.
    Raises InputError for a token that is not in the document.
    """
    (token,) = _checked([token], length)
    start = torch.zeros(length, dtype=torch.bool)
    start[token] = True
    return torch.stack(list(_fields(_with_globals(pattern, extra_globals, length), start)))


def layers_until(
    pattern: Connectivity, length: int, knower: int, known: int, extra_globals: Sequence[int] = ()
) -> int | None:
    """After how many layers `knower` can know of `known`; None for never. Raises InputError as `receptive_field`."""
    (known,) = _checked([known], length)
    (layers,) = receptive_field(pattern, length, knower, extra_globals)[:, known].nonzero(as_tuple=True)
    return int(layers[0]) if len(layers) else None


def blind_spots(
    pattern: Connectivity,
    length: int,
    extra_globals: Sequence[int] = (),
    examples: int = 12,
    progress: Callable[[float], None] | None = None,
) -> BlindSpots:
    """How many pairs never meet, layer by layer, and some of them.

    In closed form for a window of one dilation and for global tokens; else by a pass of bits through the layers, some
    thousand tokens at a time. extra_globals: positions that are global beside the pattern's own: with one, and two
    layers or more, every pair meets. progress: called with the part done (0 to 1), may raise to end the work.
    """
    pattern = _with_globals(pattern, extra_globals, length)
    known = known_in_closed_form(pattern, length)
    found: list[tuple[int, int]] = []
    if known is None:
        known, found = _passed_on(pattern, length, examples, progress)
    elif known[-1] < length**2:
        found = _some_unknown(pattern, length, examples)
    if progress is not None:
        progress(1.0)
    return BlindSpots(length**2 - known[-1], length**2, known, tuple(found))


def known_in_closed_form(pattern: Connectivity, length: int) -> tuple[int, ...] | None:
    """Pairs that are known after 0, 1, ... layers, where a formula says it; else None.

    Windows of one dilation put one on another are a window: their one-sided widths add up. Through a global token
    every pair meets in two layers.
    """
    if not isinstance(pattern, LongformerPattern):
        return None
    dilations = [set(layer.dilations) for layer in pattern.layers]
    has_globals = any(position < length for position in pattern.global_positions)
    alike = dilations[:1] if has_globals else dilations
    if any(one != dilations[0] or len(one) > 1 for one in alike):
        return None
    (dilation,) = dilations[0]
    known, half = [length], 0
    for number, layer in enumerate(pattern.layers):
        half += layer.one_sided_window
        together = LongformerPattern((LayerSpec(2 * half, (dilation,)),), pattern.global_positions)
        known.append(length**2 if has_globals and number else together.count_pairs(length))
    return tuple(known)


def _fields(pattern: Connectivity, start: Tensor) -> Iterable[Tensor]:
    """What some tokens together can know after 0, 1, ... layers, bool [n] each."""
    yield start
    for layers in range(1, pattern.depth + 1):
        field = start
        # From the top layer down: a token sees, in the layer below, what those it sees see.
        for layer in reversed(range(layers)):
            if field.all():
                break
            field = pattern.seen(layer, field)
        yield field


def _passed_on(
    pattern: Connectivity, length: int, examples: int, progress: Callable[[float], None] | None
) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """Known pairs by layer and examples of unknown ones, bit by bit: one bit for each token that may be known."""
    known = [0] * (pattern.depth + 1)
    found: list[tuple[int, int]] = []
    step = _BITS * max(1, _WORDS // length)
    for start in range(0, length, step):
        targets = torch.arange(start, min(start + step, length))
        count = length * len(targets)
        bits = np.zeros((length, -(-len(targets) // _BITS)), dtype=np.uint64)
        place = (targets - start).numpy()
        bits[targets.numpy(), place // _BITS] = np.uint64(1) << (place % _BITS).astype(np.uint64)
        words = torch.from_numpy(bits.view(np.int64))
        known[0] += len(targets)
        reached = 0
        for layer in range(pattern.depth):
            if reached < count:
                words = pattern.spread(layer, words)
                reached = int(np.bitwise_count(words.numpy().view(np.uint64)).sum())
            known[layer + 1] += reached
        if reached < count:
            found += _missing(words, start, len(targets), examples)
        if progress is not None:
            progress(min(1.0, (start + step) / length))
    return tuple(known), _spaced(found, examples)


def _missing(words: Tensor, start: int, count: int, most: int) -> list[tuple[int, int]]:
    """Some pairs (knower, known) whose bit is not set; the first bit is of token `start`."""
    octets = words.contiguous().view(torch.uint8).numpy()  # [n, words * 8]
    some = []
    for row in _spaced(np.flatnonzero(_unset(octets, count).any(1)).tolist(), most):
        unknown = np.flatnonzero(_unset(octets[row : row + 1], count)[0]).tolist()
        some.append((row, start + _spaced(unknown, 3)[1 if len(unknown) > 1 else 0]))
    return some


def _unset(octets: np.ndarray, count: int) -> np.ndarray:
    return np.unpackbits(octets, axis=1, bitorder="little", count=count) == 0


def _some_unknown(pattern: Connectivity, length: int, most: int) -> list[tuple[int, int]]:
    """Some pairs (knower, known) that never meet, from the fields of tokens here and there."""
    some = []
    for token in _spaced(list(range(length)), 2 * most):
        unknown = (~receptive_field(pattern, length, token)[-1]).nonzero().flatten().tolist()
        if unknown:
            some.append((token, _spaced(unknown, 3)[1 if len(unknown) > 1 else 0]))
    return _spaced(some, most)


def _spaced(values: list, most: int) -> list:
    """At most so many of them, at equal steps from the first to the last."""
    if len(values) <= most:
        return values
    if most < 2:
        return values[:most]
    return [values[place * (len(values) - 1) // (most - 1)] for place in range(most)]


def _checked(tokens: Iterable[int], length: int) -> list[int]:
    tokens = list(tokens)
    for token in tokens:
        check_index(token, length, "Token")
    if not tokens:
        raise InputError("A group must have at least one token; got none. Choose one.")
    return tokens


@dataclass(frozen=True, slots=True)
class _WithGlobals:
    """A pattern and some global tokens more, as far as reach asks."""

    pattern: Connectivity
    positions: tuple[int, ...]

    @property
    def depth(self) -> int:
        return self.pattern.depth

    def spread(self, layer: int, marked: Tensor) -> Tensor:
        result = self.pattern.spread(layer, marked)
        result |= or_of_all(marked[list(self.positions)])
        result[list(self.positions)] = or_of_all(marked)
        return result

    def seen(self, layer: int, queries: Tensor) -> Tensor:
        if queries[list(self.positions)].any():
            return torch.ones_like(queries)
        result = self.pattern.seen(layer, queries)
        result[list(self.positions)] |= queries.any()
        return result


def _with_globals(pattern: Connectivity, positions: Sequence[int], length: int) -> Connectivity:
    if not positions:
        return pattern
    positions = tuple(sorted(set(_checked(positions, length))))
    if isinstance(pattern, LongformerPattern):
        return LongformerPattern(pattern.layers, tuple(sorted({*pattern.global_positions, *positions})))
    return _WithGlobals(pattern, positions)
