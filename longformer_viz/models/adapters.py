"""The shipped task adapters, merged into the embedded default: plain `LongformerFor...` checkpoints in the cache.

An adapter's folder holds peft's own two files, `task.json` (labels, calibration, what it was trained with) and a
model card.
"""

import json
from importlib.resources import files
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from transformers import AutoTokenizer, PreTrainedModel

from longformer_viz.models.disk_cache import MANIFEST, cached_folder, sha256
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.spec import InputError, shown

TASKS = ("qa", "topics", "sentiment")
_WEIGHTS, _SETTINGS = "adapter_model.safetensors", "task.json"
_FILES = (_WEIGHTS, "adapter_config.json", _SETTINGS)


def task_folder(task: str) -> Path:
    """The default model with this task's shipped adapter merged, as a folder that stock transformers loads.

    Raises InputError for an unknown task, or an adapter that is damaged.
    """
    return merged_folder(adapter_folder(task), f"task-{task}")


def adapter_folder(task: str) -> Path:
    """Where this task's shipped adapter lies. Raises InputError for an unknown task."""
    if task not in TASKS:
        raise InputError(f"A task must be one of {', '.join(TASKS)}; got {shown(task)}. Try qa.")
    return Path(str(files("longformer_viz.models") / "shipped" / task))


def merged_folder(adapter: Path, name: str) -> Path:
    """The default model with an adapter merged, made on first use in the cache.

    Its folder is named `name` and by the checksums of the adapter's files and of the default model.
    Raises InputError for a folder that holds no such adapter, or only a pickled one.
    """
    missing = [file for file in _FILES if not (adapter / file).is_file()]
    if missing:
        raise InputError(
            f"An adapter's folder must hold {', '.join(_FILES)}; {shown(str(adapter))} lacks {', '.join(missing)}. "
            "Train one with longformer-viz train."
        )
    base = embedded_folder()
    mark = "".join(sha256(file)[:6] for file in (base / MANIFEST, *(adapter / file for file in _FILES)))
    return cached_folder(f"{name}-{mark}", lambda folder: merge(adapter, base, folder))


def merge(adapter: Path, base: Path, folder: Path) -> None:
    """Merge an adapter into the default model and save the result, tokenizer included.

    Args:
        adapter: The adapter's folder.
        base: The converted default, as `embedded_folder` gives it.
        folder: Where to save.

    Raises:
        InputError: The adapter is damaged, or was made for another model.
    """
    from peft import PeftModel, get_peft_model_state_dict  # takes seconds, and is needed on first use only

    try:
        settings = json.loads((adapter / _SETTINGS).read_text(encoding="utf-8"))
        model = head_for(settings, base)
        wrapped = call_alone(PeftModel.from_pretrained, model, adapter, torch_device="cpu")
        # Peft leaves untrained what a file lacks, and drops what it has no place for.
        expected = {name: list(tensor.shape) for name, tensor in get_peft_model_state_dict(wrapped).items()}
        with safe_open(adapter / _WEIGHTS, "pt") as opened:
            held = {name: opened.get_slice(name).get_shape() for name in opened.keys()}  # noqa: SIM118 (no dict)
        if wrong := sorted(name for name in expected | held if expected.get(name) != held.get(name)):
            raise ValueError(f"{wrong[0]} does not fit.")
        merged = wrapped.merge_and_unload(safe_merge=True)
    except InputError:
        raise
    except Exception as fault:  # a damaged file breaks each of its readers in ways of its own
        raise InputError(
            f"An adapter must be whole and made for the default model; that in {shown(str(adapter))} is not: "
            f"{str(fault)[:200]} Take it from the project again."
        ) from fault
    merged.config.longformer_viz = settings
    call_alone(merged.to(torch.float32).save_pretrained, folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)


def head_for(settings: dict, base: Path) -> PreTrainedModel:
    """Load the default model with an untrained head.

    Args:
        settings: `labels` names the labels to choose from; without labels the head is for questions.
        base: The converted default, as `embedded_folder` gives it.

    Returns:
        A `LongformerForSequenceClassification` or `LongformerForQuestionAnswering`.
    """
    labels = settings.get("labels")
    cls = transformers.LongformerForSequenceClassification if labels else transformers.LongformerForQuestionAnswering
    named = {"num_labels": len(labels), "id2label": dict(enumerate(labels))} if labels else {}
    return call_alone(cls.from_pretrained, base, **named)
