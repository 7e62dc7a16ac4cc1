"""`longformer-viz check`: check whether a model's backend honours its windows, padding and global tokens."""

import json
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
