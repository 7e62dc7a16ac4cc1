"""Rank answer spans by start and end logits."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor

MAX_ANSWER_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Span:
    """A span of tokens.

    Attributes:
        first: First token.
        last: Last token.
        score: Its start and end logit minus those of "no answer".
    """

    first: int
    last: int
    score: float


def ranked_spans(
    start: Tensor,
    end: Tensor,
    none: float,
    count: int = 5,
    max_answer_tokens: int = MAX_ANSWER_TOKENS,
    passages: np.ndarray | None = None,
    words: np.ndarray | None = None,
) -> list[Span]:
    """Return the best spans that do not overlap, best first.

    Args:
        start: Start logits of the document's tokens, `[n]`.
        end: Their end logits, `[n]`.
        none: Sum of the start and end logit of the first token: "no answer".
        count: Number of spans at most.
        max_answer_tokens: Length of the longest span.
        passages: The passage of each token `[n]`, ascending; a span is within one passage.
        words: Whether each token has a letter or a digit, `[n]`. A span has such a token, if there is any.
    """
    length = len(start)
    if not length:
        return []
    longest = min(max_answer_tokens, length)
    ends = np.append(end.float().cpu().numpy(), np.full(longest - 1, -np.inf, dtype=np.float32))
    scores = start.float().cpu().numpy()[:, None] + sliding_window_view(ends, longest)  # [n, longest]
    if passages is not None and passages[0] != passages[-1]:
        last_passages = sliding_window_view(np.append(passages, np.full(longest - 1, passages[-1])), longest)
        scores[last_passages != passages[:, None]] = -np.inf
    if words is not None and words.any():
        until = np.cumsum(words)
        last_until = sliding_window_view(np.append(until, np.full(longest - 1, until[-1])), longest)
        scores[last_until == (until - words)[:, None]] = -np.inf
    found: list[Span] = []
    while len(found) < count:
        first, extra = divmod(int(scores.argmax()), longest)
        score, last = float(scores[first, extra]), first + extra
        if score == -np.inf:
            break
        found.append(Span(first, last, score - none))
        scores[first : last + 1] = -np.inf  # Spans that begin in it.
        for before in range(max(0, first + 1 - longest), first):
            scores[before, first - before :] = -np.inf  # Spans that reach into it.
    return found
