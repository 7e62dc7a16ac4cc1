"""Convert a BERT, RoBERTa or XLM-R to a Longformer.

As in the paper (Beltagy et al. 2020, section 5), position embeddings are repeated up to the new length, and the
global projections start as copies of the local ones. BERT's position embeddings are repeated without a seam where
the table allows it. Without global tokens, up to `window / 2 + 1` tokens have the same outputs as in the source
model.
"""

from typing import Any, Literal, get_args

import torch
from torch import Tensor
from transformers import (
    LongformerConfig,
    LongformerForMaskedLM,
    LongformerForQuestionAnswering,
    LongformerForSequenceClassification,
    LongformerForTokenClassification,
    LongformerModel,
    PreTrainedConfig,
    PreTrainedModel,
)

from longformer_viz.models.converting.positions import seamless_tiling
from longformer_viz.spec import InputError, check_window, shown
from longformer_viz.trace.position_tiling import PositionTiling

MAX_TOKENS = 16_384
TilingName = Literal["paper", "seamless"]
_SHARED = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "hidden_act",
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "type_vocab_size",
    "initializer_range",
    "layer_norm_eps",
    "pad_token_id",
    "bos_token_id",
    "eos_token_id",
    "id2label",
    "label2id",
)
_HEADS = {
    "ForQuestionAnswering": LongformerForQuestionAnswering,
    "ForSequenceClassification": LongformerForSequenceClassification,
    "ForTokenClassification": LongformerForTokenClassification,
    "ForMaskedLM": LongformerForMaskedLM,
}
# The parts of BERT's masked-language head under the names that RoBERTa and Longformer have for them.
_LANGUAGE_HEAD = {
    "cls.predictions.transform.dense.": "lm_head.dense.",
    "cls.predictions.transform.LayerNorm.": "lm_head.layer_norm.",
    "cls.predictions.decoder.": "lm_head.decoder.",
    "cls.predictions.bias": "lm_head.bias",
}
CONVERTIBLE = ("bert", "roberta", "xlm-roberta")


def longformer_from(
    source: PreTrainedModel,
    sep_token_id: int,
    window: int = 512,
    max_tokens: int = MAX_TOKENS,
    position_tiling: TilingName | None = None,
    keep_language_head: bool = False,
) -> PreTrainedModel:
    """Convert a model to a Longformer with the same weights, in float32.

    Args:
        source: A BERT, RoBERTa or XLM-R of transformers, with or without a head for questions, sequences,
            tokens or masked tokens.
        sep_token_id: Id of the separator token.
        window: Full width of the sliding window in tokens, an even number.
        max_tokens: Length of the longest document that the new model can read, in tokens.
        position_tiling: How position embeddings are repeated. "paper" repeats all of them. "seamless" repeats those
            between the two positions whose neighbourhoods are most similar. By default BERT's are repeated without a
            seam where such positions exist, and all others as in the paper.
        keep_language_head: Whether a head for masked tokens is converted too; otherwise the base model is returned.

    Returns:
        The base model, or the model with the source's task head. In its config, `trained_tokens` is the number of
        positions that the source was trained with, and `position_tiling` says which of them repeat (`stop`, `start`).

    Raises:
        InputError: If the source is of another family, is a decoder, or has no absolute positions; or if "seamless"
            was requested and the table has no such positions.
    """
    config = source.config
    if config.model_type not in CONVERTIBLE:
        raise InputError(
            f"A model to convert must be a BERT, RoBERTa or XLM-R; got {config.model_type}. Choose one of these, "
            "or a Longformer."
        )
    if getattr(config, "position_embedding_type", None) not in (None, "absolute"):
        raise InputError(
            "A model to convert must have absolute position embeddings; this one has "
            f"{config.position_embedding_type}. Choose another checkpoint."
        )
    if getattr(config, "is_decoder", False):
        raise InputError(
            "A model to convert must be an encoder; this one is a decoder, whose tokens do not attend to later ones. "
            "Choose another checkpoint."
        )
    head = next((cls for name, cls in _HEADS.items() if type(source).__name__.endswith(name)), LongformerModel)
    if head is LongformerForMaskedLM and not keep_language_head:
        head = LongformerModel
    tensors = _renamed(source, with_head=head is not LongformerModel)
    prefix = "" if head is LongformerModel else "longformer."
    positions = _positions_of(config)
    table = tensors[f"{prefix}embeddings.position_embeddings.weight"]
    trained_tokens = len(table) - positions
    tiling = _tiling_of(table[positions:], config.model_type, position_tiling)
    tensors[f"{prefix}embeddings.position_embeddings.weight"] = _repeated(
        table[positions:], tiling, config.pad_token_id + 1, max_tokens
    )
    for name in [name for name in tensors if ".attention.self." in name]:
        stem, projection, kind = name.rsplit(".", 2)
        tensors[f"{stem}.{projection}_global.{kind}"] = tensors[name].clone()

    target_config = longformer_config(config, sep_token_id, window, max_tokens, trained_tokens)
    target_config.position_tiling = {"stop": tiling.stop, "start": tiling.start}
    return _with_tensors(head, target_config, tensors)


def _with_tensors(
    head: type[PreTrainedModel], config: LongformerConfig, tensors: dict[str, Tensor]
) -> PreTrainedModel:
    """Build a Longformer from its config and tensors, without a copy of them."""
    with torch.device("meta"):
        target = (
            head(config, add_pooling_layer="pooler.dense.weight" in tensors)
            if head is LongformerModel
            else head(config)
        )
    missing, unexpected = target.load_state_dict(tensors, strict=False, assign=True)
    if missing or unexpected:
        raise InputError(
            "A model to convert must have the tensors of its family; "
            f"missing: {missing[:3]}; unexpected: {unexpected[:3]}. Choose another checkpoint."
        )
    target.tie_weights()
    return target.eval()


def longformer_config(
    config: PreTrainedConfig, sep_token_id: int, window: int, max_tokens: int, trained_tokens: int
) -> LongformerConfig:
    """Return a Longformer config with the sizes of a BERT-like model.

    Args:
        config: The source's config.
        sep_token_id: Id of the separator token.
        window: Full width of the sliding window in tokens.
        max_tokens: Length of the longest document, in tokens.
        trained_tokens: Number of positions that the source was trained with.
    """
    shared: dict[str, Any] = {
        name: getattr(config, name) for name in _SHARED if getattr(config, name, None) is not None
    }
    shared |= {"trained_tokens": trained_tokens, "converted_from": config.model_type}
    return LongformerConfig(
        **shared,
        sep_token_id=sep_token_id,
        attention_window=[check_window(window)] * config.num_hidden_layers,
        max_position_embeddings=max_tokens + config.pad_token_id + 1,
    )


def _positions_of(config: PreTrainedConfig) -> int:
    """Return the row of the first token's position: 0 for BERT, the padding index + 1 for RoBERTa."""
    return 0 if config.model_type == "bert" else config.pad_token_id + 1


def _tiling_of(table: Tensor, model_type: str, name: TilingName | None) -> PositionTiling:
    """Return the named tiling for the trained positions; None chooses by the source's family."""
    if name not in (None, *get_args(TilingName)):
        raise InputError(
            f"position_tiling must be one of {', '.join(get_args(TilingName))}; got {shown(name)}. Leave it out."
        )
    paper = PositionTiling(stop=len(table))
    if name == "paper" or (name is None and model_type != "bert"):
        return paper
    found = seamless_tiling(table)
    if found is None and name is not None:
        raise InputError(
            'A "seamless" position_tiling needs two positions with similar neighbourhoods; '
            f'this {model_type} has none. Try "paper".'
        )
    return found or paper


def _repeated(table: Tensor, tiling: PositionTiling, first_row: int, max_tokens: int) -> Tensor:
    """Repeat positions for `max_tokens` tokens, after the unused rows up to the padding's."""
    return torch.cat([table.new_zeros(first_row, table.shape[1]), table[tiling.rows(max_tokens)]])


def _renamed(source: PreTrainedModel, with_head: bool) -> dict[str, Tensor]:
    """Return the source's tensors under Longformer's names, in float32, without buffers and unsupported heads."""
    stem = f"{source.base_model_prefix}."
    is_base = not hasattr(source, source.base_model_prefix)
    tensors = {}
    for name, tensor in source.state_dict().items():
        if name.endswith(("position_ids", "token_type_ids")):
            continue
        inside = is_base or name.startswith(stem)
        if not inside and not with_head:
            continue
        for own, here in _LANGUAGE_HEAD.items():
            name = here + name.removeprefix(own) if name.startswith(own) else name
        if inside:
            name = ("longformer." if with_head else "") + name.removeprefix(stem)
        tensors[name] = tensor.detach().float().clone()
    if with_head and "classifier.weight" in tensors and "longformer.pooler.dense.weight" in tensors:
        # BERT classifies from its pooler; in Longformer, the same dense layer and tanh belong to the head.
        for kind in ("weight", "bias"):
            tensors[f"classifier.dense.{kind}"] = tensors.pop(f"longformer.pooler.dense.{kind}")
            tensors[f"classifier.out_proj.{kind}"] = tensors.pop(f"classifier.{kind}")
    return tensors
