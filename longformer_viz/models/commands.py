"""`longformer-viz check` checks a model's windows; `longformer-viz models` lists and prepares the built-in ones."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer


class Backend(StrEnum):
    """Implementations of attention."""

    OURS = "ours"
    SDPA = "sdpa"
    EAGER = "eager"


def check(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A Hugging Face hub name or a folder.")],
    backend: Annotated[Backend, typer.Option(help="The implementation of attention that is checked.")] = Backend.OURS,
    length: Annotated[
        int | None, typer.Option(help="Tokens of the text. Default: four times one side of the widest window.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check that a model attends as far as its configuration promises. The exit code is 1 if it does not."""
    from longformer_viz.hf.self_attention import STOCK_ATTENTION
    from longformer_viz.hf.speed_up import restore
    from longformer_viz.hf.window_check.check import check_pattern
    from longformer_viz.models.loading import load

    loaded = load(model, convert=False)
    if backend is not Backend.OURS:
        if any(isinstance(module, STOCK_ATTENTION) for module in loaded.model.modules()):
            restore(loaded.model)
        else:
            loaded.model.set_attn_implementation(backend.value)
    found = check_pattern(loaded, length=length)
    if as_json:
        rows = [asdict(row) for row in found.rows]
        print(json.dumps({"tokens": found.length, "passed": found.passed, "rows": rows}, indent=2))
    else:
        print(f"{model}, {backend.value}, {found.length:,} tokens. Keys that each query sees:")
        print(found.table())
    if not found.passed:
        raise typer.Exit(1)


def models(
    prepare: Annotated[bool, typer.Option("--prepare", help="Convert and store every built-in model now.")] = False,
    language_model: Annotated[
        bool, typer.Option(help="With --prepare: also SmolLM2-135M, 93 MB to download and 540 MB on disk.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List the built-in models; with --prepare, make them ready for use."""
    from transformers.utils.logging import disable_progress_bar

    from longformer_viz.models.adapters import TASKS, task_folder
    from longformer_viz.models.disk_cache import cache_folder
    from longformer_viz.models.embedded import NAME, embedded_folder
    from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2

    disable_progress_bar()
    if prepare:
        for task in (None, *TASKS):
            print(f"Preparing {NAME if task is None else f'{NAME}, {task}'} …", file=sys.stderr)
            embedded_folder() if task is None else task_folder(task)
        if language_model:
            _prepare_language_model()
    rows = [{"name": NAME, "load": "load()"}]
    rows += [{"name": f"{NAME}, {task}", "load": f'load(task="{task}")'} for task in TASKS]
    rows += [{"name": SMOLLM2, "load": f'load("{SMOLLM2}")'}]
    if as_json:
        print(json.dumps({"cache": str(cache_folder()), "models": rows}, indent=1, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['load']:24}{row['name']}")
    print(f"Converted models are kept in {cache_folder()}.")


def _prepare_language_model() -> None:
    """Make the language model ready; the app works without it, so a failed download is only reported."""
    from longformer_viz.models.gguf.smollm2 import COST, NAME, is_prepared, smollm2_folder
    from longformer_viz.spec import InputError

    print(f"Preparing {NAME}{'' if is_prepared() else f': {COST}'} …", file=sys.stderr)
    try:
        smollm2_folder()
    except InputError as fault:
        print(f"{NAME} is left out. {fault}", file=sys.stderr)
