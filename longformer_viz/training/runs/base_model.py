"""The model that a run starts from: its base with a new head, sped up, with adapters or with all weights."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from longformer_viz.hf.speed_up import restore, speed_up
from longformer_viz.models.checkpoints import read_checkpoint
from longformer_viz.models.converting.conversion import CONVERTIBLE, longformer_from
from longformer_viz.models.converting.language_models import read_language_model
from longformer_viz.models.converting.report import Check, conversion_report
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.spec import InputError, shown
from longformer_viz.training.loop.fine_tuning import adapted
from longformer_viz.training.loop.recipe import Recipe
from longformer_viz.training.own_data.reading import LANGUAGE, QUESTIONS, SEVERAL_LABELS
from longformer_viz.training.runs.settings import ADAPTERS, TrainingSettings

FAMILIES = ("longformer", "modernbert")
_NEW_HEADS = ("classifier", "qa_outputs", "score", "head", "pooler")


@dataclass(frozen=True, slots=True)
class Base:
    """A model to train and its tokenizer.

    Attributes:
        model: The model with a head for the task, in training mode or not.
        tokenizer: Its tokenizer.
        max_tokens: Length of the longest document that it can read, in tokens.
        report: How the model was converted, point by point; empty if it was not.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int
    report: tuple[Check, ...] = ()

    @property
    def has_global_tokens(self) -> bool:
        """Whether it is a Longformer."""
        return self.model.config.model_type == "longformer"


def base_with_head(settings: TrainingSettings, labels: tuple[str, ...]) -> Base:
    """Load the base of a run, with a head for its task: the base's own where it fits, otherwise a new one.

    Args:
        settings: Name of the base, task, window and seed.
        labels: The labels in their order; empty for questions.

    Raises:
        InputError: If the base is unknown, or is no Longformer, ModernBERT, BERT, RoBERTa or XLM-R.
    """
    name = settings.base or str(embedded_folder())
    if settings.task == LANGUAGE:
        model, tokenizer, report = _language_model(name, settings)
    else:
        report = ()
        source, tokenizer = read_checkpoint(name)
        check_base(source, settings)
        model = _with_head(source, settings, labels)
    config: Any = model.config
    if config.model_type == "longformer" and settings.window is not None:
        config.attention_window = [settings.window] * config.num_hidden_layers
        for module in model.modules():
            if hasattr(module, "one_sided_attn_window_size"):
                setattr(module, "one_sided_attn_window_size", settings.window // 2)  # noqa: B010 - as in fine_tuning
    longest = config.max_position_embeddings
    if config.model_type == "longformer":
        longest -= config.pad_token_id + 1
    return Base(model, tokenizer, longest, report)


def _language_model(
    name: str, settings: TrainingSettings
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, tuple[Check, ...]]:
    """Return a Longformer with a head for masked tokens, converted where the base is none, and its report."""
    source, tokenizer = read_language_model(name)
    if source.config.model_type not in CONVERTIBLE:
        return source, tokenizer, ()
    separator: Any = tokenizer.sep_token_id
    model = longformer_from(source, separator, settings.window or 512, settings.positions, keep_language_head=True)
    return model, tokenizer, conversion_report(source, model)


def check_base(model: PreTrainedModel, settings: TrainingSettings) -> None:
    """Check that a model can be the base of a run with these settings.

    Args:
        model: The model.
        settings: The settings; its name is that of the model.

    Raises:
        InputError: If it is no Longformer or ModernBERT, or has no window that could be set.
    """
    kind = model.config.model_type
    if kind not in FAMILIES:
        raise InputError(
            "A base must be an encoder of the families Longformer, ModernBERT, BERT, RoBERTa or XLM-R. "
            f"{shown(settings.base)} is of the family {kind}. Choose another base."
        )
    if kind != "longformer" and (settings.window is not None or settings.dilation > 1 or settings.global_every):
        raise InputError(
            f"Window, dilation and global tokens can be set for a Longformer only. The base is of the family {kind}. "
            "Leave them at their defaults."
        )


def _with_head(source: PreTrainedModel, settings: TrainingSettings, labels: tuple[str, ...]) -> PreTrainedModel:
    config: Any = source.config
    torch.manual_seed(settings.seed)
    if settings.task == QUESTIONS:
        if type(source).__name__.endswith("ForQuestionAnswering"):
            return source
        config.num_labels = 2  # First and last token.
        target = AutoModelForQuestionAnswering.from_config(config)
    else:
        own = [str(config.id2label[index]) for index in range(config.num_labels)]
        if type(source).__name__.endswith("ForSequenceClassification") and own == list(labels):
            return source
        config.id2label, config.label2id = dict(enumerate(labels)), {label: n for n, label in enumerate(labels)}
        config.problem_type = (
            "multi_label_classification" if settings.task == SEVERAL_LABELS else "single_label_classification"
        )
        target = AutoModelForSequenceClassification.from_config(config)
    missing, _ = target.base_model.load_state_dict(source.base_model.state_dict(), strict=False)
    lacking = [name for name in missing if not name.startswith(_NEW_HEADS)]
    if lacking:
        raise InputError(
            f"A base must have the weights of its encoder. {shown(settings.base)} lacks {lacking[0]}. Choose another "
            "base."
        )
    return target


def trainable(base: Base, settings: TrainingSettings) -> nn.Module:
    """Return the model to train: sped up, with dropout as set, and with adapters where these are trained.

    Args:
        base: The base with its head; its model is changed in place.
        settings: Method, rank, dropout, checkpointing and seed.
    """
    recipe = Recipe(rank=settings.rank, dropout=settings.dropout, seed=settings.seed)
    if settings.method == ADAPTERS:
        model = adapted(base.model, recipe)
        if settings.checkpointing:
            model.enable_input_require_grads()
        return model
    model = speed_up(base.model)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = settings.dropout
    return model


def merged(model: Any) -> PreTrainedModel:
    """Return the trained model as stock transformers has it: adapters merged, transformers' own classes.

    Args:
        model: The model that was trained; it is changed in place.
    """
    if hasattr(model, "merge_and_unload"):
        model = model.merge_and_unload()
    return restore(model).eval()
