"""Models of families other than Longformer, and the number of tokens that they can read."""

import re
from typing import cast

import transformers
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from longformer_viz.models.converting.conversion import CONVERTIBLE
from longformer_viz.spec import InputError, shown

MOST_TOKENS = 131_072  # For rotary and relative positions, which have no end.
FAMILY_CLASSES = {
    "longformer": "Longformer",
    "led": "LED",
    "bert": "Bert",
    "roberta": "Roberta",
    "xlm-roberta": "XLMRoberta",
}


def architecture(config: PreTrainedConfig) -> type[PreTrainedModel]:
    """Return the transformers class that a checkpoint's config names, or its family's base class.

    Args:
        config: The checkpoint's config.
    """
    family = FAMILY_CLASSES.get(config.model_type)
    if family is None:
        return family_class(config)
    listed = config.architectures
    named = str(listed[0]) if isinstance(listed, list | tuple) and listed else ""
    if re.fullmatch(family + r"For\w+", named) and hasattr(transformers, named):
        cls = getattr(transformers, named)
        tasks = ("QuestionAnswering", "SequenceClassification", "TokenClassification")
        if config.model_type not in CONVERTIBLE or named.endswith(tasks):
            return cls
    return getattr(transformers, f"{family}Model")


def check_family(kind: object, raw: dict, name: str) -> None:
    """Check that transformers knows a family.

    Args:
        kind: The `model_type` of the configuration.
        raw: The configuration as it was read.
        name: Of the model, for the error.

    Raises:
        InputError: It does not, or the model is described by code of its own.
    """
    if isinstance(kind, str) and kind in CONFIG_MAPPING:
        return
    reason = "needs its own code, which is never run" if "auto_map" in raw else f"is of {shown(kind)}"
    raise InputError(
        f"A model must belong to a family in transformers; {shown(name)} {reason}. Choose another model."
    )


def family_class(config: PreTrainedConfig) -> type[PreTrainedModel]:
    """Find the class of a model.

    Args:
        config: The model's configuration.

    Returns:
        The transformers class that it names, or the base class of its family.

    Raises:
        InputError: If the family has no model for text.
    """
    listed = config.architectures
    named = str(listed[0]) if isinstance(listed, list | tuple) and listed else ""
    if re.fullmatch(r"\w+", named):
        cls = getattr(transformers, named, None)
        if isinstance(cls, type) and issubclass(cls, PreTrainedModel) and isinstance(config, cls.config_class or ()):
            return cls
    try:
        return cast(type[PreTrainedModel], transformers.AutoModel._model_mapping[type(config)])
    except KeyError:
        raise InputError(
            f"A model must have a class in transformers; {shown(config.model_type)} has none. Choose another model."
        ) from None


def position_limits(model: PreTrainedModel) -> tuple[int, int]:
    """Return the most tokens that a model takes, and those that its positions were trained for.

    Learned positions end where their table ends. Rotary and relative positions go on, untrained.

    Args:
        model: A model of any family.
    """
    config = model.config.get_text_config()
    stated = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None)
    tables = [
        module
        for name, module in model.named_modules()
        if isinstance(module, nn.Embedding) and re.search(r"position_embeddings$|(^|\.)wpe$|embed_positions$", name)
    ]
    if not tables and getattr(config, "max_seq_len", None):  # MPT's biases, which end as a table does.
        return config.max_seq_len, config.max_seq_len
    if not tables:
        return (MOST_TOKENS, MOST_TOKENS) if stated is None else (max(stated, MOST_TOKENS), stated)
    # RoBERTa counts its positions from the padding's number on.
    first = 0 if tables[0].padding_idx is None else tables[0].padding_idx + 1
    longest = tables[0].num_embeddings - first
    return longest, longest
