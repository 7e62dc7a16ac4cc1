"""What happens once in a process before a model's first run, so that no measurement counts it."""

import weakref

import torch
from torch import nn

from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec

_TOKENS = 600  # more than a usual window, so that the ways of long inputs have been taken, too
_warm: weakref.WeakSet[nn.Module] = weakref.WeakSet()


def warmed_up(model: LoadedModel) -> LoadedModel:
    """Return the model after one short run, if it never ran in this process.

    The first run brings weights from their file into memory, starts threads and lets libraries prepare their kernels.
    That is up to twice the memory of a later run, and belongs to none.
    """
    if model.model not in _warm:
        _run_once(model)
        _warm.add(model.model)  # two threads at once: both run, and nothing is wrong
    return model


def _run_once(model: LoadedModel) -> None:
    length = max(1, min(_TOKENS, model.max_tokens))
    ids = torch.arange(length, device=model.device)[None] % model.model.config.vocab_size
    with torch.no_grad(), entered_context(RunContext(AttentionSpec(global_positions=(0,)))):
        model.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))
        for parameter in model.model.parameters():  # an embedding's rows of other tokens, the head
            parameter.sum()
