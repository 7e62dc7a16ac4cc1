"""Shares of attention: what the question's tokens give to an answer, and what the first token gives to sentences."""

from collections.abc import Sequence

import torch
from torch import Tensor

from longformer_viz.checks import MAKE_RUN, check_ranges, check_spec, check_type
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import tokens_of
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.answering import Answer
from longformer_viz.tasks.input_checks import tokenized_question
from longformer_viz.tasks.qa_input import Pair, PairTemplate, joined_pair, own_tokens
from longformer_viz.tasks.splitting import spec_of_part
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace


def pair_around_answer(
    model: LoadedModel, question: str, document: Tokens, spec: AttentionSpec, place: Answer
) -> tuple[Pair, AttentionSpec, int]:
    """Join a question with the document, or with the part around an answer if the document is too long.

    Args:
        model: A model with a head for questions.
        question: The question.
        document: The encoded document.
        spec: The attention pattern; its positions count the document alone.
        place: An answer in the document.

    Returns:
        The pair, the spec to run it with, and a shift: token t of the encoded document is token t + shift of the
        pair.

    Raises:
        InputError: An argument is of another type, or the question is empty or too long.
    """
    check_type(place, Answer, "A place", "Take one of the answers that answer(...) found.")
    spec = check_spec(spec)
    document = tokens_of(model, document)
    asked, own = tokenized_question(model, question), own_tokens(document)
    room = model.max_tokens - PairTemplate.of(model.tokenizer).count - len(own_tokens(asked))
    start = max(0, min(place.first - own.start - room // 2, len(own) - room))
    stop = min(len(own), start + room)
    pair = joined_pair(model, asked, document, start, stop)
    return pair, pair.spec(spec_of_part(spec, start, stop, len(own))), pair.first - start - own.start


def question_shares(trace: Trace, pair: Pair, first: int, last: int) -> Tensor:
    """Return the share of attention that the question's tokens give to a span, as a mean over these tokens.

    Args:
        trace: A run of the pair.
        pair: The pair.
        first: First token of the span in the pair.
        last: Its last token.

    Returns:
        Shares `[layers, heads]`.
    """
    rows, columns = slice(1, pair.global_count), slice(first, last + 1)
    shares = [
        [float(trace.weights(layer, head, rows, columns).sum(1).mean()) for head in range(trace.heads)]
        for layer in range(len(trace.layers))
    ]
    return torch.tensor(shares)


def first_token_shares(trace: Trace, spans: Sequence[tuple[int, int]]) -> Tensor:
    """Return the share of attention that `<s>` gives to spans of tokens. A head for labels reads `<s>` only.

    Args:
        trace: A run of the document.
        spans: First and last token of each span.

    Returns:
        Shares `[layers, heads]`.

    Raises:
        InputError: A span is not in the document.
    """
    check_type(trace, Trace, "A run", MAKE_RUN)
    chosen = torch.zeros(len(trace.tokens))
    for first, last in check_ranges(spans, len(chosen) - 1, "spans"):
        chosen[first : last + 1] = 1
    shares = [
        [float(trace.weights(layer, head, slice(0, 1))[0] @ chosen) for head in range(trace.heads)]
        for layer in range(len(trace.layers))
    ]
    return torch.tensor(shares)
