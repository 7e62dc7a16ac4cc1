"""`longformer-viz app` starts the app."""

import os
from typing import Annotated

import typer

from longformer_viz.app_server import serve
from longformer_viz.cli_options import BasePathOption, PublicOption, RunnerOption, SettingsOption
from longformer_viz.server.settings import FILE, MODE, PUBLIC, RUNNER


def app(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port of the app. Default: the first free port from 8501."),
    ] = None,
    address: Annotated[
        str, typer.Option(help="The address to listen on. Use 0.0.0.0 to allow other machines.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the app in the browser.")] = True,
    public: PublicOption = False,
    settings: SettingsOption = None,
    base_path: BasePathOption = "",
    runner: RunnerOption = None,
) -> None:
    """Open the app (the default command)."""
    if public:
        os.environ[MODE] = PUBLIC
    if settings is not None:
        os.environ[FILE] = str(settings.absolute())
    if runner is not None:
        os.environ[RUNNER] = runner
    serve(port, address, browser, base_path)
