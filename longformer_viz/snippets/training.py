"""The Train page in Python: the run that its controls describe, and the model of a finished run."""

from dataclasses import fields

from longformer_viz.models.runs import RUN_PREFIX
from longformer_viz.snippets.snippet import Snippet, quoted
from longformer_viz.training.own_data.reading import LANGUAGE, QUESTIONS
from longformer_viz.training.runs.run_state import RunState
from longformer_viz.training.runs.settings import TrainingSettings


def new_run_lines(
    file_name: str | None,
    name: str,
    settings: TrainingSettings,
    columns: tuple[str, str] | None = None,
    has_header: bool | None = None,
) -> str:
    """Return the lines that train the run which the page describes.

    Args:
        file_name: Name of the visitor's file; None for the sample set.
        name: The run's name.
        settings: Its settings.
        columns: The columns of texts and labels; None where they are guessed.
        has_header: Whether the file has a header; None where that is guessed.
    """
    snippet = Snippet()
    chosen = snippet.call("TrainingSettings", *_changed(settings))
    arguments = ["None" if file_name is None else quoted(file_name), quoted(name), chosen]
    if columns is not None:
        arguments += [f"text_column={quoted(columns[0])}", f"label_column={quoted(columns[1])}"]
    if has_header is not None:
        arguments.append(f"has_header={has_header}")
    snippet.add(
        f"run = {snippet.call('fine_tune', *arguments)}",
        "for found in run.evaluations:",
        f'    print(found["epoch"], found[{quoted(settings.score_name)}])',
    )
    return snippet.text


def run_lines(run: RunState) -> str:
    """Return the lines that use the model of a run.

    Args:
        run: The run.
    """
    snippet = Snippet()
    snippet.add(f"model = {snippet.call('load', quoted(RUN_PREFIX + run.name))}")
    if run.settings.task == LANGUAGE:
        snippet.add(f"trace = {snippet.call('run', 'model', quoted('A text of your own.'))}")
    elif run.settings.task == QUESTIONS:
        question, text = quoted("A question?"), quoted("A text of your own.")
        snippet.add(f"answers = {snippet.call('answer', 'model', question, text)}")
    else:
        snippet.add(f"labels = {snippet.call('classify', 'model', quoted('A text of your own.'))}")
    return snippet.text


def _changed(settings: TrainingSettings) -> list[str]:
    default = TrainingSettings()
    return [
        f"{field.name}={value!r}" if not isinstance(value, str) else f"{field.name}={quoted(value)}"
        for field in fields(settings)
        if (value := getattr(settings, field.name)) != getattr(default, field.name)
    ]
