"""`load`: read the built-in model, or any transformers model whose attention can be replaced, by name or folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from transformers import BatchEncoding, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.checks import check_choice, check_flag, check_text, check_type
from longformer_viz.documents.cleaning import too_long
from longformer_viz.documents.limits import MAX_CHARACTERS
from longformer_viz.hf.families import UNTESTED, is_tested, put_on_interface, reaches_of, text_part
from longformer_viz.hf.self_attention import own_windows
from longformer_viz.hf.speed_up import speed_up
from longformer_viz.models.adapters import TASKS, task_folder
from longformer_viz.models.checkpoints import read_checkpoint
from longformer_viz.models.devices import DTYPES, check_device, device_problem
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.family_loading import position_limits
from longformer_viz.models.footprint.prediction import check_fits_on_gpu
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError, is_whole, shown
from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.trace.tokens import Tokens


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A sped-up model and its tokenizer; shared between sessions, and never changed by a run.

    Attributes:
        name: The name that it was loaded by.
        model: The transformers model, in evaluation mode.
        tokenizer: Its tokenizer.
        max_tokens: Length of the longest document that it can read, in tokens.
        trained_tokens: Number of positions that it was trained with.
        is_built_in: Whether it is the built-in model or one of its task models.
        task: The task of its shipped head: "qa", "topics" or "sentiment"; None without one.
        settings: Settings of that head, such as its calibration.
        position_tiling: How a converted model's position embeddings repeat beyond `trained_tokens`; None where all
            positions were trained.
        reaches: How far each layer attends; None for a Longformer or LED, whose windows can be set.
        note: A note about this model family, or "".
    """

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int
    trained_tokens: int
    is_built_in: bool = False
    task: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    position_tiling: PositionTiling | None = None
    reaches: tuple[LayerReach, ...] | None = None
    note: str = ""

    @property
    def answers_questions(self) -> bool:
        """Whether it has a head for extractive question answering."""
        return self.reaches is None and type(self.model).__name__.endswith("ForQuestionAnswering")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its classification head, in their order; empty without such a head."""
        if self.reaches is not None or not type(self.model).__name__.endswith("ForSequenceClassification"):
            return ()
        config: Any = self.model.config
        return tuple(str(config.id2label[index]) for index in range(config.num_labels))

    @property
    def encoder(self) -> nn.Module:
        """The base model, or the encoder of an encoder-decoder."""
        return text_part(self.model)

    @property
    def windows(self) -> tuple[int, ...]:
        """The model's full windows in tokens as they are now, one per layer; full attention counts as all tokens."""
        if self.reaches is not None:
            return tuple(2 * max(reach.sides(self.trained_tokens)) for reach in self.reaches)
        return own_windows(self.encoder)

    @property
    def heads(self) -> int:
        """Attention heads per layer."""
        return self.model.config.num_attention_heads

    @property
    def device(self) -> torch.device:
        """The device of its weights."""
        return self.model.device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of its weights."""
        return self.model.dtype

    def tokenize(self, text: str, start: int = 0, limit: int | None = None) -> Tokens:
        """Tokenize a document, special tokens included.

        Args:
            text: The document.
            start: First token to keep, counted without special tokens; for documents longer than the model can read.
            limit: Number of tokens to keep at most, special tokens included. By default all.

        Raises:
            InputError: If the start is negative, the limit leaves no room beside the two special tokens, or the text
                is longer than `documents.limits.MAX_CHARACTERS`.
        """
        if not is_whole(start) or start < 0 or (limit is not None and not (is_whole(limit) and limit >= 3)):
            raise InputError(
                "start must be a whole number of 0 or more and limit one of 3 or more. "
                f"You entered start {shown(start)} and limit {shown(limit)}. "
                f"Try start=0, limit={self.max_tokens}."
            )
        encoded = self._encode(text)
        ids, offsets = encoded["input_ids"], encoded["offset_mapping"]
        if limit is None and not start:
            chosen = range(len(ids))
        else:
            before, after = self._special_ends(ids)
            room = None if limit is None else start + limit - before - after
            inner = range(before, len(ids) - after)[start:room]
            chosen = (*range(before), *inner, *range(len(ids) - after, len(ids)))
        ids = tuple(ids[index] for index in chosen)
        return Tokens(
            ids=ids,
            offsets=tuple(tuple(offsets[index]) for index in chosen),
            pieces=tuple(self.tokenizer.convert_ids_to_tokens(list(ids))),
            text=text,
        )

    def _special_ends(self, ids: Sequence[int]) -> tuple[int, int]:
        """Return the number of special tokens before and after a document."""
        special = set(self.tokenizer.all_special_ids)
        before = next((number for number, token in enumerate(ids) if token not in special), 1)
        after = next((number for number, token in enumerate(reversed(ids)) if token not in special), 1)
        return before, after

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens in a document, special tokens included.

        Args:
            text: The document.

        Raises:
            InputError: If it is no text, or longer than `documents.limits.MAX_CHARACTERS`.
        """
        return len(self._encode(text)["input_ids"])

    def _encode(self, text: str) -> BatchEncoding:
        if len(check_text(text, "A document")) > MAX_CHARACTERS:
            raise too_long(len(text))
        # The text of a special token stays text; lone surrogates cannot be encoded.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        encoded = self.tokenizer(
            clean, return_offsets_mapping=True, truncation=False, verbose=False, split_special_tokens=True
        )
        # XLM-R's tokenizer still reads them as special tokens.
        special, unknown = set(self.tokenizer.all_special_ids), self.tokenizer.unk_token_id
        if unknown is None:
            return encoded
        encoded["input_ids"] = [
            unknown if number in special and start < stop else number
            for number, (start, stop) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]
        return encoded


def check_loaded(model: Any) -> LoadedModel:
    """Return the value if it is a loaded model.

    Args:
        model: The value.

    Raises:
        InputError: It is not.
    """
    return check_type(model, LoadedModel, "A model", "Load it with load().")


def load(
    name: str | None = None,
    *,
    task: str | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    download: bool = True,
    convert: bool = True,
) -> LoadedModel:
    """Load the built-in model, or a model by hub name or local folder.

    The windows of other families than Longformer and LED cannot be set.

    Args:
        name: A hub name, a folder, a GGUF file, or "SmolLM2-135M", the built-in language model. By default the
            built-in Longformer.
        task: "qa", "topics" or "sentiment" loads the built-in model with the adapter and head for this task.
        device: A device of this machine, such as "cpu" or "cuda".
        dtype: "float32", "bfloat16" or "float16".
        download: Whether a hub name or the built-in language model may be downloaded.
        convert: Whether BERT, RoBERTa and XLM-R become Longformers; False keeps their full attention.

    Raises:
        InputError: If the name is unknown, the device is absent, or the files are damaged.
    """
    target = check_device(device)
    check_choice(dtype, tuple(DTYPES), "dtype")
    check_flag(download, "download")
    check_flag(convert, "convert")
    if name is not None:
        check_text(name, "A model's name", "Pass a hub name or a folder as text, or leave it out.")
    if name is not None and task is not None:
        raise InputError(
            f"Only the built-in model has adapters for {', '.join(TASKS)}. "
            f"You entered {shown(task)} with {shown(name)}. "
            "Leave out the task or the name."
        )
    if name is None:
        folder = embedded_folder() if task is None else task_folder(task)
        model, tokenizer = read_checkpoint(str(folder), download=False)
    else:
        model, tokenizer = read_checkpoint(name, download, convert)
        if model.config.model_type not in ("longformer", "led"):
            return _family_model(name, model, tokenizer, target, DTYPES[dtype])
    model = _moved(name or EMBEDDED_NAME, speed_up(model), target, DTYPES[dtype])
    config = model.config
    longest = _longest(config)
    trained = getattr(config, "trained_tokens", None)  # Only converted models have it.
    trained = trained if isinstance(trained, int) and 0 < trained < longest else longest
    return LoadedModel(
        name=name or (EMBEDDED_NAME if task is None else f"{EMBEDDED_NAME}, {task}"),
        model=model,
        tokenizer=tokenizer,
        max_tokens=longest,
        trained_tokens=trained,
        is_built_in=name is None,
        task=task,
        settings={} if task is None else config.longformer_viz,
        position_tiling=_tiling_of(config, trained) if trained < longest else None,
    )


def _family_model(
    name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, device: torch.device, dtype: torch.dtype
) -> LoadedModel:
    """Return a model of another family with its attention replaced by this project's."""
    put_on_interface(model)
    model = _moved(name, model, device, dtype)
    held, trained = position_limits(model)
    return LoadedModel(
        name=name,
        model=model,
        tokenizer=tokenizer,
        max_tokens=held,
        trained_tokens=trained,
        reaches=reaches_of(model),
        note="" if is_tested(model.config.model_type) else UNTESTED,
    )


def _longest(config: Any) -> int:
    """Return the length of the longest document that a Longformer or LED can read, in tokens."""
    if config.model_type == "led":
        return config.max_encoder_position_embeddings
    return config.max_position_embeddings - config.pad_token_id - 1


def _moved(name: str, model: PreTrainedModel, device: torch.device, dtype: torch.dtype) -> PreTrainedModel:
    """Return a model on its device, without gradients."""
    check_fits_on_gpu(name, model, device, dtype)
    try:
        return model.to(device, dtype).eval().requires_grad_(False)  # pyright: ignore[reportArgumentType]
    except (RuntimeError, MemoryError) as fault:
        problem = device_problem(fault, device)
        if problem is None:
            raise
    raise problem


def _tiling_of(config: PreTrainedConfig, trained_tokens: int) -> PositionTiling:
    """Return the tiling in a converted model's config, or the paper's tiling if the config has no valid one."""
    try:
        tiling = PositionTiling(**config.position_tiling)
    except (AttributeError, TypeError, InputError):
        return PositionTiling(stop=trained_tokens)
    return tiling if tiling.stop <= trained_tokens else PositionTiling(stop=trained_tokens)
