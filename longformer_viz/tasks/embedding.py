"""Embeddings of short texts and of documents, by the base that all-MiniLM-L6-v2 was trained as.

Mean over the tokens' last hidden states, length one (Reimers and Gurevych 2019, section 3). The model knows texts of
up to 256 tokens: longer ones are embedded in pieces.
"""

from collections.abc import Callable, Sequence
from copy import copy
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.qa_input import inner
from longformer_viz.trace.tokens import Tokens

PIECE_TOKENS = 254  # with its two special tokens the 256 of sentence-transformers
_TOKENS_AT_ONCE = 4096


def embedded_texts(model: LoadedModel, texts: Sequence[str], layer: int | None = None) -> Tensor:
    """Embeddings [texts, hidden] of length one, each of its text's first 254 tokens."""
    encoded = [model.tokenize(text) for text in texts]
    return embedded_ids(
        model, [[tokens.ids[at] for at in inner(tokens)][:PIECE_TOKENS] for tokens in encoded], layer=layer
    )


def embedded_document(
    model: LoadedModel, tokens: Tokens, progress: Callable[[float], None] | None = None, layer: int | None = None
) -> tuple[Tensor, int]:
    """The mean embedding [hidden] of a document's pieces, each of length one, and how many these are."""
    pieces = [tokens.ids[start:stop] for start, stop in document_pieces(model, tokens)]
    return normalize(embedded_ids(model, pieces, progress, layer).mean(0), dim=0), len(pieces)


def document_pieces(model: LoadedModel, tokens: Tokens) -> list[tuple[int, int]]:
    """(start, stop) of the document's pieces in its encoded tokens: as few as can be, of about equal length."""
    own = inner(tokens)
    count = max(1, -(-len(own) // min(PIECE_TOKENS, model.max_tokens - 2)))
    return list(pairwise(own.start + round(number * len(own) / count) for number in range(count + 1)))


def framed(model: LoadedModel, piece: Sequence[int]) -> list[int]:
    """A piece's ids between the special tokens that the model reads them in."""
    template = model.tokenizer("a")["input_ids"]
    return [*template[:1], *piece, *template[-1:]]


def states_after(outputs: Any, layer: int | None) -> Tensor:
    """Hidden states [texts, n, hidden] after a layer of a model's outputs, None for the last."""
    return outputs[0] if layer is None else outputs.hidden_states[layer]


def first_layers(encoder: nn.Module, count: int) -> nn.Module:
    """Return a Longformer that ends after its first `count` layers and shares its parameters with `encoder`."""
    cut, stack = _shallow(encoder), _shallow(encoder.get_submodule("encoder"))
    layers = stack.get_submodule("layer")
    assert isinstance(layers, nn.ModuleList)
    stack.layer = layers[:count]
    cut.encoder = stack
    return cut


def _shallow(module: nn.Module) -> nn.Module:
    """Copy a module whose children can then be replaced without a change of the original."""
    copied = copy(module)
    copied._modules = dict(module._modules)
    return copied


def embedded_ids(
    model: LoadedModel,
    pieces: Sequence[Sequence[int]],
    progress: Callable[[float], None] | None = None,
    layer: int | None = None,
) -> Tensor:
    """Embeddings [pieces, hidden] of length one, on the CPU, of pieces of ids without special tokens.

    layer: after which layer the hidden states are taken, None for the last. The middle ones know more of a text's
    style, the last one more of its subject.
    """
    encoder = model.encoder if layer is None else first_layers(model.encoder, layer)
    sequences = [framed(model, piece) for piece in pieces]
    order = sorted(range(len(sequences)), key=lambda index: len(sequences[index]))
    found: dict[int, Tensor] = {}
    while order:
        longest = len(sequences[order[-1]])
        batch = [order.pop() for _ in range(min(len(order), max(1, _TOKENS_AT_ONCE // longest)))]
        padding = model.tokenizer.pad_token_id
        ids = torch.full((len(batch), longest), padding)  # pyright: ignore[reportArgumentType, reportCallIssue]
        for row, index in enumerate(batch):
            ids[row, : len(sequences[index])] = torch.tensor(sequences[index])
        keep = (torch.arange(longest) < torch.tensor([len(sequences[index]) for index in batch])[:, None]).long()
        # No token is global: the source had none, and up to half a window the two models are equal.
        with torch.no_grad(), entered_context(RunContext(AttentionSpec(global_positions=()))):
            outputs = encoder(input_ids=ids.to(model.device), attention_mask=keep.to(model.device))
        states = outputs[0][:, :longest].float().cpu()
        means = (states * keep[..., None]).sum(1) / keep.sum(1, keepdim=True)
        found |= dict(zip(batch, normalize(means), strict=True))
        if progress is not None:
            progress(len(found) / len(sequences))
    return torch.stack([found[index] for index in range(len(sequences))])
