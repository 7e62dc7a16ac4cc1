"""Arguments and options that several commands of `longformer-viz` share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Device(StrEnum):
    """Kinds of device."""

    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class DType(StrEnum):
    """Number formats of a model's weights."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


DocumentArgument = Annotated[
    str,
    typer.Argument(
        metavar="DOCUMENT", help="A text, PDF, Word or HTML file. Use - to read text from standard input."
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="A Hugging Face hub name or a folder. Default: the built-in model.")
]
DeviceOption = Annotated[Device, typer.Option("--device", help="Device that runs the model.")]
DTypeOption = Annotated[DType, typer.Option("--dtype", help="Number format of the weights.")]
WindowOption = Annotated[
    int | None,
    typer.Option("--window", help="Window in tokens, both sides together: an even number. Default: the model's."),
]
DilationOption = Annotated[
    int, typer.Option("--dilation", help="Step between the keys of a window. 1 means no gaps.")
]
GlobalsOption = Annotated[
    str | None,
    typer.Option("--globals", help="Positions of global tokens, such as '0, 5, 17-20'. Default: the task's choice."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
PublicOption = Annotated[
    bool,
    typer.Option(
        "--public",
        help="For visitors whom you do not know: named models only, no folders, downloads or training, and smaller "
        "limits.",
    ),
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="A TOML file with settings of the app, such as max_tokens = 4096.")
]
RunnerOption = Annotated[
    str | None,
    typer.Option(
        "--runner",
        help="A Ray cluster whose workers do the heavy work, such as ray://head:10001. Default: this process.",
    ),
]
BasePathOption = Annotated[
    str, typer.Option("--base-path", help="The path of the app behind a proxy, such as /viz. Default: the root.")
]
