"""Fine-tune adapters (peft), the head and the global projections of any Longformer, with exact gradients."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.helpers import disable_input_dtype_casting
from peft.tuners.lora import LoraLayer
from torch import nn
from transformers import PreTrainedModel

from longformer_viz.hf.speed_up import speed_up
from longformer_viz.spec import InputError, shown
from longformer_viz.training.batch import Batch, Examples
from longformer_viz.training.loop.batches import planned_steps
from longformer_viz.training.loop.recipe import Recipe, mixed_precision
from longformer_viz.training.loop.training_run import Pace, Progress, TrainingRun

# Every linear layer of the encoder, including a Longformer's global projections; ModernBERT's have short names.
ADAPTED = r".*\.layers?\.\d+\..*(query|key|value|query_global|key_global|value_global|dense|Wqkv|Wi|Wo)"
HEADS = ("qa_outputs", "classifier", "head")


def adapted(
    model: PreTrainedModel, recipe: Recipe, start_from: Path | None = None, layers: int | None = None
) -> PeftModel:
    """Add trainable adapters to every linear layer of a model's encoder, and speed the model up.

    Args:
        model: The model; it is changed in place. Its head is trained as well.
        recipe: Sets the adapters' rank, the dropout and the seed.
        start_from: Folder of an adapter to continue from. Its rank is kept.
        layers: Train only the adapters of this many last layers, which computes fewer gradients. None trains all.

    Returns:
        The model with adapters.

    Raises:
        InputError: If the folder has no adapter, or `layers` is out of range.
    """
    count = model.config.num_hidden_layers
    if layers is not None and not 1 <= layers <= count:
        raise InputError(
            f"layers must be a whole number from 1 to {count}. "
            f"You entered {shown(layers)}. Leave it out to train all layers."
        )

    speed_up(model)
    config = model.config
    config.attention_probs_dropout_prob = 0.0  # It takes a third of a step and helps nothing with so few weights.
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
        elif hasattr(module, "one_sided_attn_window_size"):
            setattr(module, "dropout", 0.0)  # noqa: B010 - torch's modules declare other types only
    if start_from is not None:
        if not all((start_from / name).is_file() for name in ("adapter_config.json", "adapter_model.safetensors")):
            raise InputError(
                f"An adapter to continue from must come from a training run; {shown(str(start_from))} contains none. "
                "Use the folder best of a run."
            )
        trained = PeftModel.from_pretrained(model, start_from, is_trainable=True)
        return _last_layers(trained.float(), count - (layers or count))
    heads = [name for name, _ in model.named_children() if name in HEADS]
    torch.manual_seed(recipe.seed)
    fresh = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.rank, target_modules=ADAPTED, modules_to_save=heads, lora_dropout=0.0
    )
    return _last_layers(get_peft_model(model, fresh), count - (layers or count))


def _last_layers(model: PeftModel, first: int) -> PeftModel:
    """Freeze the adapters before layer `first`, and merge them into the weights for speed."""
    for name, weight in model.named_parameters():
        if _is_before(name, first):
            weight.requires_grad = False
    for name, module in model.named_modules():
        if _is_before(name, first) and isinstance(module, LoraLayer):
            module.merge()
    return model


def _is_before(name: str, first: int) -> bool:
    layer = re.search(r"\.layers?\.(\d+)\.", name)
    return layer is not None and int(layer[1]) < first


def fine_tune(
    model: PeftModel,
    examples: Examples,
    recipe: Recipe,
    folder: Path,
    on_progress: Callable[[Progress], None] | None = None,
    judge: Callable[[nn.Module], float] | None = None,
    save_every: int = 500,
) -> float | None:
    """Train to the end of the recipe, or continue from the state saved in `folder`.

    Args:
        model: A model with adapters, from `adapted`.
        examples: The source of examples.
        recipe: The run's settings.
        folder: Folder for the state, and for the best adapter in `best`.
        on_progress: Called after each step. It may raise to stop; the last saved state is kept.
        judge: Scores the model at every saved state. The best adapter is kept, without a judge the last.
        save_every: Steps between two saved states.

    Returns:
        The best score, or None without a judge.

    Raises:
        InputError: If `folder` has the state of another run or a damaged one, or the loss is not finite.
    """
    device = next(model.parameters()).device
    run = TrainingRun(model, recipe, planned_steps(examples, recipe), folder)
    run.restore()
    if recipe.gradient_checkpointing:
        _checkpoint_gradients(model)
    pace = Pace()
    padding = model.config.pad_token_id
    while run.step < run.steps:
        if run.batches is None:
            run.begin_epoch(examples)
        model.train()
        torch.manual_seed(recipe.seed * 1_000_003 + run.step)
        for _ in range(recipe.accumulation):
            if (chosen := run.next_batch()) is None:
                break
            batch = Batch.of(chosen, padding, device)
            mixed = mixed_precision(recipe, device)
            # Autocast chooses the dtypes. Otherwise peft would convert every input to float32.
            with (
                torch.autocast(device.type, torch.bfloat16, enabled=mixed),
                disable_input_dtype_casting(model, mixed),
            ):
                loss = examples.loss(model, batch)
            (loss / recipe.accumulation).backward()
            run.note(float(loss.detach()))
            pace.tokens += batch.inputs["input_ids"].numel()
        run.update()
        pace.steps += 1
        at_end = run.step == run.steps
        if on_progress is not None:
            on_progress(run.progress(pace))
        if at_end or run.step % save_every == 0:
            run.save(judge)
    return run.best


def _checkpoint_gradients(model: PeftModel) -> None:
    base: Any = model.get_base_model()
    base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.enable_input_require_grads()
