"""The transformers models that run on our attention: the tested families, and how any other is detected."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.models.big_bird import modeling_big_bird
from transformers.models.longt5 import modeling_longt5
from transformers.models.mpt import modeling_mpt

from longformer_viz.hf.interface import IMPLEMENTATION, register
from longformer_viz.hf.own_attention.bigbird import BigBirdAttention, BigBirdModel, bigbird_reaches
from longformer_viz.hf.own_attention.longt5 import LongT5LocalAttention, LongT5TransientGlobalAttention
from longformer_viz.hf.own_attention.mpt import MptAttention
from longformer_viz.hf.recording import RecordedAttention, recording
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError

TESTED = (
    "bert",
    "big_bird",
    "cohere2",
    "distilbert",
    "eurobert",
    "gemma2",
    "gemma3_text",
    "gpt2",
    "gpt_oss",
    "llama",
    "longt5",
    "ministral",
    "mistral",
    "modernbert",
    "modernbert-decoder",
    "mpt",
    "olmo3",
    "qwen2",
    "qwen3",
    "roberta",
    "smollm3",
    "t5",
    "xlm-roberta",
)
UNTESTED = "not tested with this family"
_TRIAL_TOKENS = 8
# Families with attention code of their own, which would ignore the implementation that is selected.
_OWN_ATTENTION: dict[type[nn.Module], type[nn.Module]] = {
    modeling_big_bird.BigBirdAttention: BigBirdAttention,
    modeling_big_bird.BigBirdModel: BigBirdModel,
    modeling_longt5.LongT5LocalAttention: LongT5LocalAttention,
    modeling_longt5.LongT5TransientGlobalAttention: LongT5TransientGlobalAttention,
    modeling_mpt.MptAttention: MptAttention,
}
_previous: weakref.WeakKeyDictionary[nn.Module, str] = weakref.WeakKeyDictionary()


def is_tested(model_type: str) -> bool:
    """Return whether a family's outputs and weights are compared with `eager` in the tests.

    Args:
        model_type: As the configuration names it.
    """
    return model_type in TESTED


def has_sliding_layers(config: PreTrainedConfig) -> bool:
    """Return whether the configuration `config` states a sliding window for at least one layer."""
    kinds = getattr(config, "layer_types", None)
    if kinds:
        return "sliding_attention" in kinds
    return getattr(config, "use_sliding_window", True) and bool(getattr(config, "sliding_window", None))


def is_on_interface(model: PreTrainedModel) -> bool:
    """Return whether the `model` runs on our attention through transformers' interface."""
    return getattr(model.config, "_attn_implementation", None) == IMPLEMENTATION


def put_on_interface(model: PreTrainedModel) -> None:
    """Select our attention for a model and all models inside it.

    Args:
        model: The model, changed in place.

    Raises:
        InputError: If the model does not use transformers' attention interface.
    """
    if is_on_interface(model):
        return
    previous = model.config._attn_implementation
    if _exchange_attention(model, _OWN_ATTENTION):
        _select(model, register())  # Its masks are ours as well.
    elif model._can_set_attn_implementation():
        model.set_attn_implementation(register())
    else:
        raise InputError(
            f"A model must use transformers' attention interface; {type(model).__name__} has its own attention code. "
            "Choose a model of another family."
        )
    if previous is not None:
        _previous[model] = previous


def take_off_interface(model: PreTrainedModel) -> None:
    """Restore the attention that a `model` had before `put_on_interface`, or PyTorch's if that is unknown."""
    if not is_on_interface(model):
        return
    previous = _previous.pop(model, "sdpa" if model._supports_sdpa else "eager")
    if _exchange_attention(model, {ours: own for own, ours in _OWN_ATTENTION.items()}):
        _select(model, previous)
    else:
        model.set_attn_implementation(previous)


def _select(model: PreTrainedModel, implementation: str) -> None:
    """Set the implementation in every configuration of a model, since encoder and decoder may have their own."""
    for part in model.modules():
        if isinstance(part, PreTrainedModel):
            part.config._attn_implementation = implementation


def _exchange_attention(model: nn.Module, classes: Mapping[type[nn.Module], type[nn.Module]]) -> bool:
    """Give modules of the listed classes another class, which keeps their weights; return whether there are any."""
    found = [module for module in model.modules() if type(module) in classes]
    for module in found:
        module.__class__ = classes[type(module)]
    return bool(found)


def text_part(model: PreTrainedModel) -> nn.Module:
    """Return the part of the `model` that a document runs through: the base model, or its encoder."""
    if getattr(model.config, "is_encoder_decoder", False):
        return model.get_encoder()
    return model.base_model


@dataclass(slots=True)
class _Trial:
    layers: list[RecordedAttention] = field(default_factory=list)

    def attention(self, layer: RecordedAttention) -> None:
        self.layers.append(layer)


def reaches_of(model: PreTrainedModel) -> tuple[LayerReach, ...]:
    """Return how far each layer attends, found by a pass over a few tokens; a BigBird's configuration tells it.

    Args:
        model: A model on our attention.

    Raises:
        InputError: The pass fails, or no attention is computed in it.
    """
    if isinstance(model.base_model, BigBirdModel) and (blocks := bigbird_reaches(model.base_model)) is not None:
        return blocks
    trial = _Trial()
    ids = torch.arange(3, 3 + _TRIAL_TOKENS, device=model.device)[None] % model.config.get_text_config().vocab_size
    try:
        with torch.no_grad(), recording(trial):
            text_part(model)(input_ids=ids, attention_mask=torch.ones_like(ids), **run_options(model))
    except InputError:
        raise
    except Exception as fault:  # A model that we do not know may fail in any way.
        raise InputError(
            f"A model must accept token ids; {type(model).__name__} raised an error: {str(fault)[:200]} "
            "Choose a model for text."
        ) from fault
    if not trial.layers:
        raise InputError(
            f"A model must compute attention through transformers' interface; {type(model).__name__} "
            f"computed none in a pass over {_TRIAL_TOKENS} tokens. Choose a family that does, such as BERT."
        )
    return tuple(layer.reach for layer in trial.layers)


def run_options(model: PreTrainedModel) -> dict[str, bool]:
    """Return the options of a run over one whole document, in which a decoder `model` need not cache its keys."""
    return {"use_cache": False} if hasattr(model.config.get_text_config(), "use_cache") else {}
