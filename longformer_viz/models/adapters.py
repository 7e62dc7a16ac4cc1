"""The shipped task adapters, merged into the built-in model.

A merged adapter is a plain `LongformerFor...` checkpoint in the disk cache. The adapter's folder has the two files
that peft writes, `task.json` (labels, calibration, training settings) and a model card.
"""

import json
from importlib.resources import files
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from transformers import AutoTokenizer, PreTrainedModel

from longformer_viz.checks import check_choice
from longformer_viz.models.disk_cache import MANIFEST, cached_folder, sha256
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.runs import check_run_name
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.spec import InputError, shown

TASKS = ("qa", "topics", "sentiment")
_WEIGHTS, _SETTINGS = "adapter_model.safetensors", "task.json"
_FILES = (_WEIGHTS, "adapter_config.json", _SETTINGS)


def task_folder(task: str) -> Path:
    """Return the folder of the built-in model with a shipped adapter merged; transformers can load it.

    Args:
        task: "qa", "topics" or "sentiment".

    Raises:
        InputError: If the task is unknown, or its adapter is damaged.
    """
    return merged_folder(adapter_folder(task), f"task-{task}")


def adapter_folder(task: str) -> Path:
    """Return the folder of a shipped adapter.

    Args:
        task: "qa", "topics" or "sentiment".

    Raises:
        InputError: If the task is unknown.
    """
    check_choice(task, TASKS, "A task")
    return Path(str(files("longformer_viz.models") / "shipped" / task))


def merged_folder(adapter: Path, name: str) -> Path:
    """Return the folder of the built-in model with an adapter merged, made in the disk cache on first use.

    Args:
        adapter: The adapter's folder.
        name: Beginning of the folder's name; checksums of the adapter and of the built-in model follow.

    Raises:
        InputError: If the folder has no adapter, or only a pickled one.
    """
    check_run_name(name, "An adapter")
    missing = [file for file in _FILES if not (adapter / file).is_file()]
    if missing:
        raise InputError(
            f"An adapter needs the files {', '.join(_FILES)}; {shown(str(adapter))} lacks {', '.join(missing)}. "
            "Train an adapter with longformer-viz train-adapter."
        )
    base = embedded_folder()
    mark = "".join(sha256(file)[:6] for file in (base / MANIFEST, *(adapter / file for file in _FILES)))
    return cached_folder(f"{name}-{mark}", lambda folder: merge(adapter, base, folder))


def merge(adapter: Path, base: Path, folder: Path) -> None:
    """Merge an adapter into the built-in model and save model and tokenizer.

    Args:
        adapter: The adapter's folder.
        base: The built-in model's folder.
        folder: Where to save.

    Raises:
        InputError: If the adapter is damaged, or was trained for another model.
    """
    from peft import PeftModel, get_peft_model_state_dict  # Takes seconds; only the first use needs it.

    try:
        settings = json.loads((adapter / _SETTINGS).read_text(encoding="utf-8"))
        model = head_for(settings, base)
        wrapped = call_alone(PeftModel.from_pretrained, model, adapter, torch_device="cpu")
        # Peft ignores missing and unknown tensors, so they are checked here.
        expected = {name: list(tensor.shape) for name, tensor in get_peft_model_state_dict(wrapped).items()}
        with safe_open(adapter / _WEIGHTS, "pt") as opened:
            found = {name: opened.get_slice(name).get_shape() for name in opened.keys()}  # noqa: SIM118 (no dict)
        if wrong := sorted(name for name in expected | found if expected.get(name) != found.get(name)):
            raise ValueError(f"The tensor {wrong[0]} does not match.")
        merged = wrapped.merge_and_unload(safe_merge=True)
    except InputError:
        raise
    except Exception as fault:  # Each reader raises its own errors for a damaged file.
        raise InputError(
            f"An adapter must be undamaged and trained for the built-in model; {shown(str(adapter))} is not: "
            f"{str(fault)[:200]} Install the package again."
        ) from fault
    merged.config.longformer_viz = settings
    call_alone(merged.to(torch.float32).save_pretrained, folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)


def head_for(settings: dict, base: Path) -> PreTrainedModel:
    """Load the built-in model with an untrained head.

    Args:
        settings: The adapter's settings. With `labels` the head chooses among them; without, it answers questions.
        base: The built-in model's folder.

    Returns:
        A `LongformerForSequenceClassification` or `LongformerForQuestionAnswering`.
    """
    labels = settings.get("labels")
    cls = transformers.LongformerForSequenceClassification if labels else transformers.LongformerForQuestionAnswering
    named = {"num_labels": len(labels), "id2label": dict(enumerate(labels))} if labels else {}
    return call_alone(cls.from_pretrained, base, disable_mmap=True, **named)
