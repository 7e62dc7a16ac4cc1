"""`load`: the built-in model, or any model that goes through transformers' attention, by hub name or folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from transformers import BatchEncoding, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.attention.torch_ops import supports_bfloat16_products
from longformer_viz.hf.families import UNTESTED, is_tested, put_on_interface, reaches_of, text_part
from longformer_viz.hf.self_attention import own_windows
from longformer_viz.hf.speed_up import speed_up
from longformer_viz.models.adapters import TASKS, task_folder
from longformer_viz.models.checkpoints import read_checkpoint
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.family_loading import position_limits
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError, shown
from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.trace.tokens import Tokens

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A sped-up model and its tokenizer; shared between sessions and never changed by a run.

    name: what it was loaded by; model: the transformers model, evaluating; max_tokens: the longest document it
    holds; trained_tokens: the length its positions were trained to; task: the shipped one that its head is for;
    settings: what is known of that head, its calibration say; position_tiling: how a converted model's positions
    repeat beyond that length, None where all were trained; reaches: how far each layer attends, None for a
    Longformer or LED, whose windows can be set; note: what a reader must know of this family, or "".
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
        """Whether its head finds answers: a model for extractive question answering."""
        return self.reaches is None and type(self.model).__name__.endswith("ForQuestionAnswering")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that its head chooses from, in their order; none without such a head."""
        if self.reaches is not None or not type(self.model).__name__.endswith("ForSequenceClassification"):
            return ()
        config: Any = self.model.config
        return tuple(str(config.id2label[index]) for index in range(config.num_labels))

    @property
    def encoder(self) -> nn.Module:
        """The part that a document runs through: the base model, or the encoder of an encoder-decoder."""
        return text_part(self.model)

    @property
    def windows(self) -> tuple[int, ...]:
        """The model's own full windows as they are now, one a layer; a full layer's is as wide as its text."""
        if self.reaches is not None:
            return tuple(2 * max(reach.sides(self.trained_tokens)) for reach in self.reaches)
        return own_windows(self.encoder)

    @property
    def heads(self) -> int:
        return self.model.config.num_attention_heads

    @property
    def device(self) -> torch.device:
        return self.model.device

    @property
    def dtype(self) -> torch.dtype:
        return self.model.dtype

    def tokenize(self, text: str, start: int = 0, limit: int | None = None) -> Tokens:
        """The document as the model sees it, special tokens included.

        start, limit: take at most `limit` tokens (special tokens counted) from the document's token `start` on,
        for a document that is longer than the model; `count_tokens` says how long it is.
        Raises InputError for a negative start, or a limit that leaves no room beside the two special tokens.
        """
        if start < 0 or (limit is not None and limit < 3):
            raise InputError(
                f"A part must start at token 0 or later and may have 3 tokens or more; got start {shown(start)} and "
                f"limit {shown(limit)}. Try start=0, limit={self.max_tokens}."
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
        """How many special tokens the tokenizer puts before and after a document."""
        special = set(self.tokenizer.all_special_ids)
        before = next((number for number, token in enumerate(ids) if token not in special), 1)
        after = next((number for number, token in enumerate(reversed(ids)) if token not in special), 1)
        return before, after

    def count_tokens(self, text: str) -> int:
        """How many tokens the document has for this model, special tokens included."""
        return len(self._encode(text)["input_ids"])

    def _encode(self, text: str) -> BatchEncoding:
        # Special tokens that somebody typed are text; lone surrogates have no encoding at all.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        encoded = self.tokenizer(
            clean, return_offsets_mapping=True, truncation=False, verbose=False, split_special_tokens=True
        )
        # XLM-R's vocabulary finds them in a text even so, as if they were words.
        special, unknown = set(self.tokenizer.all_special_ids), self.tokenizer.unk_token_id
        if unknown is None:
            return encoded
        encoded["input_ids"] = [
            unknown if number in special and start < stop else number
            for number, (start, stop) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]
        return encoded


def load(
    name: str | None = None,
    *,
    task: str | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    download: bool = True,
    convert: bool = True,
) -> LoadedModel:
    """A model ready to run: the built-in model, or one by hub name or local folder.

    task: None, or "qa", "topics" or "sentiment" for the default with the adapter and head shipped for it.
    dtype: "float32", "bfloat16" or "float16". download: False uses only what is on this machine already.
    convert: BERT, RoBERTa and XLM-R become Longformers; False keeps their full attention.
    Every other family loads as it is, on our attention; its windows cannot be set.
    Raises InputError for an unknown name, an absent device, or files that are not what they say they are.
    """
    target = check_device(device)
    if dtype not in DTYPES:
        raise InputError(f"dtype must be one of {', '.join(DTYPES)}; got {shown(dtype)}. Try float32.")
    if name is not None and task is not None:
        raise InputError(
            f"A task goes with the default model, which has adapters for {', '.join(TASKS)}; got {shown(task)} with "
            f"{shown(name)}. Leave out one of the two: a named model brings its own head."
        )
    if name is None:
        folder = embedded_folder() if task is None else task_folder(task)
        model, tokenizer = read_checkpoint(str(folder), download=False)
    else:
        model, tokenizer = read_checkpoint(name, download, convert)
        if model.config.model_type not in ("longformer", "led"):
            return _family_model(name, model, tokenizer, target, DTYPES[dtype])
    model = speed_up(model).to(target, DTYPES[dtype])  # pyright: ignore[reportArgumentType]
    model = model.eval().requires_grad_(False)
    config = model.config
    if config.model_type == "led":
        held = config.max_encoder_position_embeddings
    else:
        held = config.max_position_embeddings - config.pad_token_id - 1
    trained = getattr(config, "trained_tokens", None)  # of converted models
    trained = trained if isinstance(trained, int) and 0 < trained < held else held
    return LoadedModel(
        name=name or (EMBEDDED_NAME if task is None else f"{EMBEDDED_NAME}, {task}"),
        model=model,
        tokenizer=tokenizer,
        max_tokens=held,
        trained_tokens=trained,
        is_built_in=name is None,
        task=task,
        settings={} if task is None else config.longformer_viz,
        position_tiling=_tiling_of(config, trained) if trained < held else None,
    )


def _family_model(
    name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, device: torch.device, dtype: torch.dtype
) -> LoadedModel:
    """A model of another family on our attention."""
    put_on_interface(model)
    model = model.to(device, dtype).eval().requires_grad_(False)  # pyright: ignore[reportArgumentType]
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


def _tiling_of(config: PreTrainedConfig, trained_tokens: int) -> PositionTiling:
    """What a converted model's config says of its positions; the paper's tiling where it says nothing sensible."""
    try:
        tiling = PositionTiling(**config.position_tiling)
    except (AttributeError, TypeError, InputError):
        return PositionTiling(stop=trained_tokens)
    return tiling if tiling.stop <= trained_tokens else PositionTiling(stop=trained_tokens)


def check_device(name: str) -> torch.device:
    """The device of that name. Raises InputError where this machine has none such."""
    available = devices()
    family = str(name).split(":")[0]
    try:
        device = torch.device(name)
        if family in available and (device.index or 0) < (torch.cuda.device_count() if family == "cuda" else 1):
            return device
    except (RuntimeError, TypeError):
        pass
    raise InputError(f"Device must be one that this machine has: {', '.join(available)}; got {shown(name)}. Try cpu.")


def devices() -> tuple[str, ...]:
    """The kinds of device that this machine has, "cpu" first."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def dtypes(device: str) -> tuple[str, ...]:
    """The types worth offering on a device: half precision only where it has instructions for it."""
    if check_device(device).type != "cpu":
        return tuple(DTYPES)
    return ("float32", "bfloat16") if supports_bfloat16_products() else ("float32",)
