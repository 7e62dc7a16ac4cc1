"""What a loaded model can be used for, and why not."""

from longformer_viz.models.loading import LoadedModel, check_loaded
from longformer_viz.spec import InputError, shown

FAMILIES_NOTE = {
    "attention": "Longformer, LED's encoder, BigBird, LongT5's encoder, MPT, and any model of transformers' "
    "attention interface, such as BERT, ModernBERT, Llama, Gemma, Mistral, Qwen and gpt-oss.",
    "answers": "a Longformer with a head for questions, because an answer is a passage that an encoder marks.",
    "labels": "an encoder such as Longformer or BERT, because labels compare or classify a whole document.",
}
"""Which families a page supports, and why."""


def is_decoder(model: LoadedModel) -> bool:
    """Return whether no token of a model attends to a later one."""
    return model.reaches is not None and all(reach.is_causal for reach in model.reaches)


def predicts_tokens(model: LoadedModel) -> bool:
    """Return whether a model is a decoder with a head for the next token."""
    return is_decoder(model) and model.model.get_output_embeddings() is not None


def check_is_encoder(model: LoadedModel, use: str) -> None:
    """Check that a model is not a decoder.

    Args:
        model: The model.
        use: What it is asked for, such as "Answers".

    Raises:
        InputError: If the model is a decoder.
    """
    if is_decoder(check_loaded(model)):
        raise InputError(
            f"{use} need an encoder, whose tokens attend to the whole document; {shown(model.name)} is a decoder, "
            "which predicts the next token only. Choose the built-in model, or a Longformer."
        )


def check_predicts_tokens(model: LoadedModel) -> None:
    """Check that a model is a decoder with a head for the next token.

    Raises:
        InputError: If it is not.
    """
    if not predicts_tokens(check_loaded(model)):
        reason = (
            "has no head for the next token" if is_decoder(model) else "is an encoder, which sees later tokens too"
        )
        raise InputError(
            f"Next tokens need a decoder with a language model's head; {shown(model.name)} {reason}. "
            'Choose SmolLM2-135M: load("SmolLM2-135M").'
        )
