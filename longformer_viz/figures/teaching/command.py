"""The `longformer-viz lesson` command: pages to print for a class."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from longformer_viz.models.storage.files import save_export
from longformer_viz.spec import InputError


def lesson(
    worksheet: Annotated[Path | None, typer.Option(help="Save a worksheet as an HTML file.")] = None,
    solutions: Annotated[Path | None, typer.Option(help="Save its solutions as an HTML file.")] = None,
    plan: Annotated[Path | None, typer.Option(help="Save a lesson plan as an HTML file.")] = None,
    notes: Annotated[Path | None, typer.Option(help="Save the teacher’s notes as an HTML file.")] = None,
    minutes: Annotated[int, typer.Option(help="Length of the planned lesson: 45 or 90 minutes.")] = 45,
    seed: Annotated[int, typer.Option(help="Number of the worksheet. Its solutions have the same number.")] = 1,
) -> None:
    """Save a worksheet, its solutions, a lesson plan and the teacher’s notes, ready to print."""
    from longformer_viz.figures.teaching.notes_page import notes_page
    from longformer_viz.figures.teaching.plan_page import plan_page  # They load torch.
    from longformer_viz.figures.teaching.worksheet_pages import solutions_page, worksheet_page

    pages: list[tuple[Path | None, Callable[[], bytes]]] = [
        (worksheet, partial(worksheet_page, seed)),
        (solutions, partial(solutions_page, seed)),
        (plan, partial(plan_page, minutes)),
        (notes, notes_page),
    ]
    wanted = [(file, page()) for file, page in pages if file is not None]
    if not wanted:
        raise InputError("The command needs at least one file. You entered none. Try --worksheet worksheet.html")
    for file, content in wanted:
        save_export(file, content)
        print(f"Saved {file}.")
