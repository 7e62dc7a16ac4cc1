"""Run a model once before its first measurement, which would include work done once in a process."""

import weakref

import torch
from torch import nn

from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec

_TOKENS = 600  # More than a usual window, so that the code for long inputs runs too.
_warm: weakref.WeakSet[nn.Module] = weakref.WeakSet()


def warmed_up(model: LoadedModel) -> LoadedModel:
    """Run the model once on a short input, if it has not run in this process, and return it.

    The first run reads weights from their file, starts threads and lets libraries prepare their kernels. It uses up
    to twice the memory of a later run.

    Args:
        model: The model.
    """
    if model.model not in _warm:
        _run_once(model)
        _warm.add(model.model)  # If two threads come here at once, both run it, which is harmless.
    return model


def _run_once(model: LoadedModel) -> None:
    length = max(1, min(_TOKENS, model.max_tokens))
    ids = torch.arange(length, device=model.device)[None] % model.model.config.vocab_size
    with torch.no_grad(), entered_context(RunContext(AttentionSpec(global_positions=(0,)))):
        model.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))
        for parameter in model.model.parameters():  # Reads the rows of other tokens, and the head.
            parameter.sum()
