"""Ranked spans against a search through all pairs of start and end; overlapping parts cover all of a document."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from longformer_viz import InputError
from longformer_viz.tasks.spans.ranked_spans import ranked_spans
from longformer_viz.tasks.splitting import overlapping_parts

# Quarters, whose sums float32 keeps exactly: two spans are of equal score or plainly of another.
logits = st.integers(-36, 36).map(lambda quarters: quarters / 4)
scores = st.lists(st.one_of(logits, st.just(-math.inf)), max_size=12)


def by_search(start, end, none, count, longest, passages, words):
    """All spans, best first, of equal ones the earlier; each is taken unless it overlaps one that was."""
    pairs = [
        (start[first] + end[last] - none, first, last)
        for first in range(len(start))
        for last in range(first, min(len(start), first + longest))
        if passages[first] == passages[last] and (any(words[first : last + 1]) or not any(words))
    ]
    found = []
    for score, first, last in sorted(pairs, key=lambda pair: -pair[0]):
        if len(found) < count and score > -math.inf and all(last < a or first > b for _, a, b in found):
            found.append((score, first, last))
    return found


@given(scores, st.data(), logits, st.integers(1, 6), st.integers(1, 14))
def test_spans_are_those_that_a_search_finds(start, data, none, count, longest):
    sized = {"min_size": len(start), "max_size": len(start)}
    end = data.draw(st.lists(logits, **sized))
    steps = np.cumsum(data.draw(st.lists(st.integers(0, 4).map(lambda number: number == 4), **sized)))
    words = np.array(data.draw(st.lists(st.booleans(), **sized)), dtype=bool)
    found = ranked_spans(
        torch.tensor(start),
        torch.tensor(end),
        none,
        count,
        longest,
        passages=steps if len(start) else None,
        words=words,
    )
    assert [(span.score, span.first, span.last) for span in found] == by_search(
        start, end, none, count, longest, steps, words
    )
    for number, span in enumerate(found):
        assert all(span.last < other.first or span.first > other.last for other in found[:number])


def test_a_strong_start_does_not_crowd_out_other_spans():
    start, end = torch.full((200,), -5.0), torch.full((200,), -5.0)
    start[50], end[50:90] = 30.0, 20.0
    assert len(ranked_spans(start, end, 0.0, count=5)) == 5


@given(st.integers(0, 3000), st.integers(1, 600), st.data())
def test_stretches_cover_all_and_overlap_as_asked(length, room, data):
    overlap = data.draw(st.integers(0, room - 1))
    found = overlapping_parts(length, room, overlap)
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(stop - start == min(room, length) for start, stop in found)
    for (start, stop), (next_start, next_stop) in pairwise(found):
        assert start < next_start <= stop - overlap
        assert next_stop > stop
    # One fewer could not reach the end with that overlap.
    assert len(found) == 1 or (len(found) - 1) * (room - overlap) + overlap < length


@pytest.mark.parametrize(("room", "overlap"), [(0, 0), (5, 5), (5, -1), (-3, 0)])
def test_stretches_that_would_not_move_on_are_refused(room, overlap):
    with pytest.raises(InputError, match=rf"at least 0 and less than the {room} tokens .*You entered {overlap}"):
        overlapping_parts(100, room, overlap)
