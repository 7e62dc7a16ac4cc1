"""The target text of an encoder-decoder, as its decoder reads it."""

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import InputError, shown
from longformer_viz.trace.tokens import Tokens


def longest_target(model: LoadedModel) -> int:
    """Return the most tokens that the decoder of a `model` reads; relative positions have no end of their own."""
    return getattr(model.model.config, "max_decoder_position_embeddings", None) or model.max_tokens


def check_generation(model: LoadedModel, max_new_tokens: int) -> None:
    """Check that a model can generate a target.

    Args:
        model: An encoder-decoder.
        max_new_tokens: The most tokens that are generated.

    Raises:
        InputError: If it has no language model's head, or the decoder has fewer positions.
    """
    if not model.model.can_generate():
        raise InputError(
            f"Generation needs a language model's head; {type(model.model).__name__} has none. Pass a target text, "
            "or load a checkpoint of a class such as LEDForConditionalGeneration."
        )
    longest = longest_target(model)
    if type(max_new_tokens) is not int or not 1 <= max_new_tokens <= longest:
        raise InputError(
            f"max_new_tokens must be a whole number from 1 to {longest:,}. You entered {shown(max_new_tokens)}. "
            f"Try {min(64, longest)}."
        )


def decoder_inputs(model: LoadedModel, target: str) -> Tokens:
    """Return the tokens that the decoder reads to predict a target text: a start token, and all tokens but the last.

    Args:
        model: An encoder-decoder.
        target: The text.

    Raises:
        InputError: If the target is no text, or longer than the decoder can read, or the model names no start token.
    """
    if not isinstance(target, str):
        raise InputError(
            f"A target must be a str. You entered {type(target).__name__}. Pass a text, or None to generate it."
        )
    tokens = model.tokenize(target)
    longest = longest_target(model)
    if len(tokens) > longest:
        raise InputError(
            f"The decoder reads at most {longest:,} tokens; the target has {len(tokens):,}. Shorten the target."
        )
    start = _start_token(model)
    return Tokens(
        ids=(start, *tokens.ids[:-1]),
        offsets=((0, 0), *tokens.offsets[:-1]),
        pieces=(str(model.tokenizer.convert_ids_to_tokens(start)), *tokens.pieces[:-1]),
        text=target,
    )


def _start_token(model: LoadedModel) -> int:
    """Return the number of the token before a target's first one."""
    for settings in (model.model.config, getattr(model.model, "generation_config", None)):
        start = getattr(settings, "decoder_start_token_id", None)
        if isinstance(start, int):
            return start
    raise InputError(
        f"A target needs a decoder_start_token_id in the model's configuration; {shown(model.name)} has none. "
        "Add it to config.json."
    )


def generated_inputs(model: LoadedModel, encoded: Tensor, max_new_tokens: int) -> Tokens:
    """Generate a target, and return the tokens that the decoder read on the way.

    Args:
        model: An encoder-decoder with a language model's head.
        encoded: The encoder's output, `[1, m, hidden]`.
        max_new_tokens: The most tokens that are generated.
    """
    mask = torch.ones(encoded.shape[:2], dtype=torch.long, device=encoded.device)
    outputs = BaseModelOutput(last_hidden_state=encoded)  # pyright: ignore[reportArgumentType]
    with torch.no_grad():
        options = {"use_cache": True, "max_new_tokens": max_new_tokens}
        sequence = model.model.generate(encoder_outputs=outputs, attention_mask=mask, **options)[0]  # pyright: ignore
    ids = sequence.tolist()[:-1]
    pieces = model.tokenizer.convert_ids_to_tokens(ids)
    special = set(model.tokenizer.all_special_ids)
    text, offsets = "", []
    for position, number in enumerate(ids):
        # Decoding up to each token keeps characters that several tokens make up whole.
        longer = str(model.tokenizer.decode(ids[: position + 1], skip_special_tokens=True))
        offsets.append((0, 0) if number in special else (len(text), max(len(text), len(longer))))
        text = longer
    return Tokens(tuple(ids), tuple(offsets), tuple(pieces), text)
