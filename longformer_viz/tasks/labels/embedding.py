"""Embed short texts and documents with the built-in model.

An embedding is the normalized mean of the tokens' hidden states (Reimers and Gurevych 2019, section 3).
all-MiniLM-L6-v2 was trained on texts of up to 256 tokens, so longer texts are embedded in pieces.
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
from longformer_viz.models.support import check_is_encoder
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.trace.tokens import Tokens

PIECE_TOKENS = 254  # With two special tokens, the 256 of sentence-transformers.
_TOKENS_AT_ONCE = 4096


def embedded_texts(model: LoadedModel, texts: Sequence[str], layer: int | None = None) -> Tensor:
    """Embed the first 254 tokens of each text.

    Args:
        model: The model.
        texts: The texts.
        layer: Number of layers to run. By default all.

    Returns:
        Embeddings of length one `[texts, hidden]`.

    Raises:
        InputError: The model is a decoder.
    """
    check_is_encoder(model, "Labels and embeddings")
    encoded = [model.tokenize(text) for text in texts]
    return embedded_ids(
        model, [[tokens.ids[at] for at in own_tokens(tokens)][:PIECE_TOKENS] for tokens in encoded], layer=layer
    )


def embedded_document(
    model: LoadedModel, tokens: Tokens, progress: Callable[[float], None] | None = None, layer: int | None = None
) -> tuple[Tensor, int]:
    """Embed a document by the mean of its pieces.

    Args:
        model: The model.
        tokens: The encoded document.
        progress: Called with the share that is done, 0 to 1.
        layer: Number of layers to run. By default all.

    Returns:
        The embedding of length one `[hidden]`, and the number of pieces.
    """
    pieces = [tokens.ids[start:stop] for start, stop in document_pieces(model, tokens)]
    return normalize(embedded_ids(model, pieces, progress, layer).mean(0), dim=0), len(pieces)


def document_pieces(model: LoadedModel, tokens: Tokens) -> list[tuple[int, int]]:
    """Split a document into as few pieces as possible, of about equal length.

    Args:
        model: The model that embeds them.
        tokens: The encoded document.

    Returns:
        (start, stop) of each piece in the encoded document.
    """
    own = own_tokens(tokens)
    count = max(1, -(-len(own) // min(PIECE_TOKENS, model.max_tokens - 2)))
    return list(pairwise(own.start + round(number * len(own) / count) for number in range(count + 1)))


def with_special_tokens(model: LoadedModel, piece: Sequence[int]) -> list[int]:
    """Return token ids with the model's special tokens around them.

    Args:
        model: The model.
        piece: Token ids without special tokens.
    """
    template = model.tokenizer("a")["input_ids"]
    return [*template[:1], *piece, *template[-1:]]


def states_after(outputs: Any, layer: int | None) -> Tensor:
    """Return the hidden states after a layer.

    Args:
        outputs: Outputs of an encoder, with all hidden states unless `layer` is None.
        layer: Number of layers; None for all.

    Returns:
        Hidden states `[texts, n, hidden]`.
    """
    return outputs[0] if layer is None else outputs.hidden_states[layer]


def first_layers(encoder: nn.Module, count: int) -> nn.Module:
    """Return a Longformer with only the first layers, which shares its parameters with `encoder`.

    Args:
        encoder: A Longformer without a head.
        count: Number of layers.
    """
    cut, stack = _shallow(encoder), _shallow(encoder.get_submodule("encoder"))
    layers = stack.get_submodule("layer")
    assert isinstance(layers, nn.ModuleList)
    stack.layer = layers[:count]
    cut.encoder = stack
    return cut


def _shallow(module: nn.Module) -> nn.Module:
    """Copy a module so that its children can be replaced without changing the original."""
    copied = copy(module)
    copied._modules = dict(module._modules)
    return copied


def embedded_ids(
    model: LoadedModel,
    pieces: Sequence[Sequence[int]],
    progress: Callable[[float], None] | None = None,
    layer: int | None = None,
) -> Tensor:
    """Embed sequences of token ids.

    Middle layers reflect a text's style more, the last layer its subject.

    Args:
        model: The model.
        pieces: Token ids of each sequence, without special tokens.
        progress: Called with the share that is done, 0 to 1.
        layer: Number of layers to run. By default all.

    Returns:
        Embeddings of length one `[pieces, hidden]`, on the CPU.
    """
    encoder = model.encoder if layer is None else first_layers(model.encoder, layer)
    sequences = [with_special_tokens(model, piece) for piece in pieces]
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
        # Without global tokens, the outputs up to half a window are those of all-MiniLM-L6-v2.
        with torch.no_grad(), entered_context(RunContext(AttentionSpec(global_positions=()))):
            outputs = encoder(input_ids=ids.to(model.device), attention_mask=keep.to(model.device))
        states = outputs[0][:, :longest].float().cpu()
        means = (states * keep[..., None]).sum(1) / keep.sum(1, keepdim=True)
        found |= dict(zip(batch, normalize(means), strict=True))
        if progress is not None:
            progress(len(found) / len(sequences))
    return torch.stack([found[index] for index in range(len(sequences))])
