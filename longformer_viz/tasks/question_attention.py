"""Where the question's global tokens look while the model reads: the pair to run, and which heads see the answer."""

import torch
from torch import Tensor

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.answering import Answer, tokenized_question
from longformer_viz.tasks.qa_input import Pair, PairTemplate, inner, paired
from longformer_viz.tasks.splitting import part_of
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace


def pair_to_look_at(
    model: LoadedModel, question: str, document: Tokens, spec: AttentionSpec, place: Answer
) -> tuple[Pair, AttentionSpec, int]:
    """The pair, its spec (to `run`), and the place in it of the document's first token of all.

    Of a document longer than the model the stretch around `place`. That first token lies outside (it may be negative)
    where the stretch begins later: token t of the encoded document stands at the returned place + t.
    """
    asked, own = tokenized_question(model, question), inner(document)
    room = model.max_tokens - PairTemplate.of(model.tokenizer).count - len(inner(asked))
    start = max(0, min(place.first - own.start - room // 2, len(own) - room))
    stop = min(len(own), start + room)
    pair = paired(model, asked, document, start, stop)
    return pair, pair.spec(part_of(spec, start, stop, len(own))), pair.first - start - own.start


def looks(trace: Trace, pair: Pair, first: int, last: int) -> Tensor:
    """[layers, heads]: the share of their attention that the question's own tokens give to tokens first to last.

    Computed from a trace of the pair, in whose places `first` and `last` count; the mean over the question's tokens,
    `<s>` left out.
    """
    rows, columns = slice(1, pair.global_count), slice(first, last + 1)
    shares = [
        [float(trace.weights(layer, head, rows, columns).sum(1).mean()) for head in range(trace.heads)]
        for layer in range(len(trace.layers))
    ]
    return torch.tensor(shares)
