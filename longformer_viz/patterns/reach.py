"""Receptive fields: which input tokens can influence a token after each layer, and which pairs never connect.

The receptive field of a token starts with the token itself. Each layer adds the fields of the tokens that it attends
to in any head. A field is an upper bound: it does not say whether a trained model uses the connection.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from longformer_viz.checks import check_callable, check_whole
from longformer_viz.patterns.causal import full_pairs, is_causal
from longformer_viz.patterns.pattern import Connectivity, check_length, check_pattern_type
from longformer_viz.patterns.reachability.extra_globals import with_globals
from longformer_viz.patterns.reachability.formula import reachable_in_closed_form
from longformer_viz.spec import check_index

_BITS = 64
_WORDS = 2**19  # 64-bit words that are processed at a time.


@dataclass(frozen=True, slots=True)
class UnreachablePairs:
    """Pairs (i, j) in which token j is not in the receptive field of token i after all layers.

    Attributes:
        count: Number of these pairs.
        pairs: Number of all pairs: n x n, or those without later keys in a causal model.
        reachable_by_layer: Number of pairs (i, j) with j in the receptive field of i after 0, 1, ... layers.
        examples: Some of the unreachable pairs, as positions (i, j).
    """

    count: int
    pairs: int
    reachable_by_layer: tuple[int, ...]
    examples: tuple[tuple[int, int], ...]


def receptive_field(
    pattern: Connectivity, length: int, token: int, extra_global_positions: Sequence[int] = ()
) -> Tensor:
    """Compute the receptive field of one token after 0, 1, ... layers.

    Args:
        pattern: Any pattern.
        length: Number of tokens in the document.
        token: Position of the token.
        extra_global_positions: Positions of additional global tokens, in all layers.

    Returns:
        Bool `[layers + 1, n]`, True for the tokens in the receptive field.

    Raises:
        InputError: A position is outside the document.
    """
    check_pattern_type(pattern)
    check_index(token, check_length(length), "Token")
    start = torch.zeros(length, dtype=torch.bool)
    start[token] = True
    return torch.stack(list(_receptive_fields(with_globals(pattern, extra_global_positions, length), start)))


def layers_to_reach(
    pattern: Connectivity, length: int, token: int, input_token: int, extra_global_positions: Sequence[int] = ()
) -> int | None:
    """Compute after how many layers an input token enters the receptive field of a token.

    Args:
        pattern: Any pattern.
        length: Number of tokens in the document.
        token: Position of the token with the receptive field.
        input_token: Position of the input token.
        extra_global_positions: Positions of additional global tokens, in all layers.

    Returns:
        Number of layers, 0 for the token itself; None if the input token is never reached.

    Raises:
        InputError: A position is outside the document.
    """
    check_index(input_token, length, "Token")
    fields = receptive_field(pattern, length, token, extra_global_positions)
    (layers,) = fields[:, input_token].nonzero(as_tuple=True)
    return int(layers[0]) if len(layers) else None


def unreachable_pairs(
    pattern: Connectivity,
    length: int,
    extra_global_positions: Sequence[int] = (),
    examples: int = 12,
    progress: Callable[[float], None] | None = None,
) -> UnreachablePairs:
    """Count the pairs that no path through the layers connects, and list some of them.

    A formula gives the counts for windows of one dilation and for global tokens. Otherwise bits are propagated
    through the layers, for some thousand input tokens at a time. In a causal model, later tokens count neither as
    pairs nor as unreachable.

    Args:
        pattern: Any pattern.
        length: Number of tokens in the document.
        extra_global_positions: Positions of additional global tokens, in all layers. With one of them, and two layers
            or more, every pair is reachable.
        examples: Maximum number of examples.
        progress: Called with the fraction that is done, 0 to 1. It may raise to stop the computation.

    Raises:
        InputError: A position is outside the document.
    """
    check_pattern_type(pattern)
    check_callable(progress)
    examples = check_whole(examples, "examples", 0, 10_000, 12)
    pattern = with_globals(pattern, extra_global_positions, check_length(length))
    pairs = full_pairs(length, is_causal(pattern))
    reachable = reachable_in_closed_form(pattern, length)
    found: list[tuple[int, int]] = []
    if reachable is None:
        reachable, found = _propagated(pattern, length, examples, progress)
    elif reachable[-1] < pairs:
        found = _sample_unreachable(pattern, length, examples)
    if progress is not None:
        progress(1.0)
    return UnreachablePairs(pairs - reachable[-1], pairs, reachable, tuple(found))


def _receptive_fields(pattern: Connectivity, start: Tensor) -> Iterable[Tensor]:
    """Yield the joint receptive field of some tokens after 0, 1, ... layers, bool `[n]` each."""
    yield start
    for layers in range(1, pattern.depth + 1):
        field = start
        # From the top layer down, each layer adds the tokens that the field attends to.
        for layer in reversed(range(layers)):
            if field.all():
                break
            field = pattern.attended_tokens(layer, field)
        yield field


def _propagated(
    pattern: Connectivity, length: int, examples: int, progress: Callable[[float], None] | None
) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """Return the number of reachable pairs by layer and some unreachable pairs; each input token is one bit."""
    reachable = [0] * (pattern.depth + 1)
    only_earlier = is_causal(pattern)
    found: list[tuple[int, int]] = []
    step = _BITS * max(1, _WORDS // length)
    for start in range(0, length, step):
        targets = torch.arange(start, min(start + step, length))
        count = int((length - targets).sum()) if only_earlier else length * len(targets)
        bits = np.zeros((length, -(-len(targets) // _BITS)), dtype=np.uint64)
        number = (targets - start).numpy()
        bits[targets.numpy(), number // _BITS] = np.uint64(1) << (number % _BITS).astype(np.uint64)
        words = torch.from_numpy(bits.view(np.int64))
        reachable[0] += len(targets)
        reached = 0
        for layer in range(pattern.depth):
            if reached < count:
                words = pattern.propagate(layer, words)
                reached = int(np.bitwise_count(words.numpy().view(np.uint64)).sum())
            reachable[layer + 1] += reached
        if reached < count:
            found += _missing(words, start, len(targets), examples, only_earlier)
        if progress is not None:
            progress(min(1.0, (start + step) / length))
    return tuple(reachable), _spaced(found, examples)


def _missing(words: Tensor, start: int, count: int, most: int, only_earlier: bool) -> list[tuple[int, int]]:
    """Return some pairs (token, input token) whose bit is not set; the first bit stands for token `start`.

    With `only_earlier`, no pair has an input token after the token.
    """
    octets = words.contiguous().view(torch.uint8).numpy()  # [n, words * 8]
    unset = np.unpackbits(octets, axis=1, bitorder="little", count=count) == 0  # [n, count]
    if only_earlier:
        unset &= np.arange(start, start + count) <= np.arange(len(unset))[:, None]
    some = []
    for row in _spaced(np.flatnonzero(unset.any(1)).tolist(), most):
        unknown = np.flatnonzero(unset[row]).tolist()
        some.append((row, start + _spaced(unknown, 3)[1 if len(unknown) > 1 else 0]))
    return some


def _sample_unreachable(pattern: Connectivity, length: int, most: int) -> list[tuple[int, int]]:
    """Return some unreachable pairs (token, input token), from the receptive fields of evenly spaced tokens."""
    some = []
    for token in _spaced(list(range(length)), 2 * most):
        unknown = ~receptive_field(pattern, length, token)[-1]
        if is_causal(pattern):
            unknown = unknown[: token + 1]
        unknown = unknown.nonzero().flatten().tolist()
        if unknown:
            some.append((token, _spaced(unknown, 3)[1 if len(unknown) > 1 else 0]))
    return _spaced(some, most)


def _spaced(values: list, most: int) -> list:
    """Return at most `most` values at equal steps, the first and the last included."""
    if len(values) <= most:
        return values
    if most < 2:
        return values[:most]
    return [values[number * (len(values) - 1) // (most - 1)] for number in range(most)]
