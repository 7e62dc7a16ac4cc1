"""Passages of documents at chosen positions, and their hidden states in a BERT."""

import random
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import functional_call
from transformers import BertModel, PreTrainedTokenizerFast

PASSAGE_TOKENS = 254  # With the two special tokens, the 256 that all-MiniLM-L6-v2 was trained with.
_TABLE = "embeddings.position_embeddings.weight"


def token_ids(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[Tensor]:
    """Return the token ids of each text that is long enough for a passage.

    Args:
        tokenizer: The tokenizer.
        texts: The documents.

    Returns:
        Ids without special tokens, `[tokens]` each.
    """
    encoded = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    return [torch.tensor(ids) for ids in encoded if len(ids) > PASSAGE_TOKENS]


def special_ids(tokenizer: PreTrainedTokenizerFast) -> tuple[int, int]:
    """Return the ids of `[CLS]` and `[SEP]`.

    Args:
        tokenizer: The tokenizer.
    """
    return tokenizer.vocab["[CLS]"], tokenizer.vocab["[SEP]"]


def sampled_passages(documents: Sequence[Tensor], count: int, choice: random.Random) -> Tensor:
    """Return random passages of random documents.

    Args:
        documents: Token ids of documents that are longer than a passage.
        count: Number of passages.
        choice: The random choice of documents and places.

    Returns:
        Token ids `[count, PASSAGE_TOKENS]`.
    """
    found = []
    for _ in range(count):
        ids = documents[choice.randrange(len(documents))]
        start = choice.randrange(len(ids) - PASSAGE_TOKENS)
        found.append(ids[start : start + PASSAGE_TOKENS])
    return torch.stack(found)


def passage_states(model: BertModel, special: tuple[int, int], ids: Tensor, table: Tensor, start: int) -> Tensor:
    """Return the hidden states of passages at a position.

    `[CLS]` keeps position 0, as in a document. `[SEP]` follows the passage.

    Args:
        model: The model.
        special: Ids of `[CLS]` and `[SEP]`.
        ids: The passages, `[passages, PASSAGE_TOKENS]`.
        table: Position embeddings `[positions, hidden]`.
        start: Position of each passage's first token.

    Returns:
        States after each layer without the special tokens, `[layers, passages, PASSAGE_TOKENS, hidden]`.
    """
    cls, sep = (torch.full((len(ids), 1), each) for each in special)
    positions = torch.cat([torch.zeros(1, dtype=torch.long), torch.arange(start, start + PASSAGE_TOKENS + 1)])
    sequence = torch.cat([cls, ids, sep], 1)
    inputs = {
        "input_ids": sequence,
        "token_type_ids": torch.zeros_like(sequence),
        "position_ids": positions.expand(len(ids), -1),
        "output_hidden_states": True,
    }
    outputs = functional_call(model, {_TABLE: table}, (), inputs)
    return torch.stack(outputs.hidden_states[1:])[:, :, 1:-1]
