"""How probable a decoder finds each token of a document, given the tokens before it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from longformer_viz.checks import check_callable
from longformer_viz.hf.families import run_options
from longformer_viz.hf.narrower_window import NarrowerWindow, narrowed
from longformer_viz.hf.recording import RecordedAttention, recording
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.family_loading import MOST_TOKENS
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import check_length, tokens_of
from longformer_viz.models.support import check_predicts_tokens
from longformer_viz.peak_memory import measured
from longformer_viz.spec import InputError, is_whole, shown
from longformer_viz.trace.tokens import Tokens

_TRIAL_TOKENS = 8
_LOGITS = 2**24  # Computed at a time.
_LARGEST_DIFFERENCE = 1e-2


@dataclass(frozen=True, slots=True)
class NextTokens:
    """How probable each token of a document was.

    Attributes:
        bits: Float32 `[n]`, the loss -log2(probability) of each token; NaN for the first one, which follows nothing.
        elapsed_seconds: Time of the pass.
    """

    bits: Tensor
    elapsed_seconds: float

    @property
    def mean_bits(self) -> float:
        """Mean loss of a token, in bits; NaN for a document of one token."""
        return float(self.bits.nanmean())

    @property
    def probabilities(self) -> Tensor:
        """Probability of each token, `[n]`; NaN for the first."""
        return torch.exp2(-self.bits)


@says_device_fault
def next_tokens(
    model: LoadedModel,
    document: str | Tokens,
    window: int | None = None,
    first_tokens: int = 0,
    progress: Callable[[float], None] | None = None,
) -> NextTokens:
    """Compute the probability of each token given what came before, with the model's own or a narrower window.

    Args:
        model: A decoder with a head for the next token.
        document: A text, or Tokens made by `model.tokenize`.
        window: Largest number of tokens that each token attends to, itself included, as the `sliding_window` of a
            causal model's configuration counts; the model's own reach if None.
        first_tokens: Number of tokens at the start of the document that every token attends to in addition to the
            window.
        progress: Called with the fraction that is done; it may raise to end the work.

    Raises:
        InputError: If the model is not such a decoder, the document is too long, or a number is out of range.
    """
    check_predicts_tokens(model)
    check_callable(progress)
    narrower = _checked_window(window, first_tokens)
    tokens = tokens_of(model, document)
    check_length(model, len(tokens))
    ids = torch.tensor([tokens.ids], device=model.device)
    with torch.no_grad(), measured(model.device) as reading:
        _check_head(model, ids[:, :_TRIAL_TOKENS])
        watcher = None if progress is None else _Watcher(len(model.reaches or ()), progress)
        with narrowed(narrower), recording(watcher):
            hidden = _hidden(model, ids)
        bits = torch.full((len(tokens),), math.nan)
        rows = max(1, _LOGITS // model.model.config.get_text_config().vocab_size)
        for start in range(0, len(tokens) - 1, rows):
            stop = min(start + rows, len(tokens) - 1)
            logits = _logits(model, hidden[start:stop])
            wanted = ids[0, start + 1 : stop + 1, None]
            losses = logits.logsumexp(-1) - logits.gather(-1, wanted)[:, 0]
            bits[start + 1 : stop + 1] = (losses / math.log(2)).cpu()
            if progress is not None:
                progress(0.9 + 0.1 * stop / (len(tokens) - 1))
    return NextTokens(bits, reading.elapsed_seconds)


@dataclass(slots=True)
class _Watcher:
    """Tells how far a forward pass is, and keeps nothing."""

    depth: int
    progress: Callable[[float], None]
    done: int = 0

    def attention(self, layer: RecordedAttention) -> None:
        self.done += 1
        self.progress(0.9 * self.done / self.depth)


def _checked_window(window: int | None, first_tokens: int) -> NarrowerWindow | None:
    if window is not None and not (is_whole(window) and 1 <= window <= MOST_TOKENS):
        raise InputError(
            f"The window must be a whole number from 1 to {MOST_TOKENS:,}, or None. "
            f"You entered {shown(window)}. Try 512."
        )
    if not is_whole(first_tokens) or not 0 <= first_tokens <= MOST_TOKENS:
        raise InputError(
            f"first_tokens must be a whole number from 0 to {MOST_TOKENS:,}. "
            f"You entered {shown(first_tokens)}. Try 1."
        )
    return None if window is None else NarrowerWindow(int(window) - 1, int(first_tokens))


def _hidden(model: LoadedModel, ids: Tensor) -> Tensor:
    """Return the last hidden states `[n, hidden]`."""
    mask = torch.ones_like(ids)
    return model.encoder(input_ids=ids, attention_mask=mask, **run_options(model.model)).last_hidden_state[0]


def _logits(model: LoadedModel, hidden: Tensor) -> Tensor:
    """Return the logits `[n, vocabulary]` in float32, with the scale and cap that some families have."""
    head: Any = model.model.get_output_embeddings()
    config = model.model.config.get_text_config()
    logits = head(hidden).float()
    logits = logits * (getattr(config, "logit_scale", None) or 1.0) / (getattr(config, "logits_scaling", None) or 1.0)
    cap = getattr(config, "final_logit_softcapping", None)
    return logits if cap is None else cap * torch.tanh(logits / cap)


def _check_head(model: LoadedModel, ids: Tensor) -> None:
    """Check on a few tokens that `_logits` is what the model itself computes."""
    own = model.model(input_ids=ids, **run_options(model.model)).logits[0].float()
    if not torch.allclose(_logits(model, _hidden(model, ids)), own, atol=_LARGEST_DIFFERENCE, rtol=1e-3):
        raise InputError(
            f"The head for next tokens must be a linear layer on the last hidden state; that of {shown(model.name)} "
            "computes more. Choose another model."
        )
