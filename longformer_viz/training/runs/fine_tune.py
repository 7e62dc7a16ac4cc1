"""Fine-tune a model on a file of documents, in one call."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from longformer_viz.checks import check_callable, check_flag, check_text, check_type
from longformer_viz.models.runs import check_run_name, name_of_file
from longformer_viz.paths import checked_path, read_regular
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.reading import (
    LANGUAGE,
    SEVERAL_LABELS,
    TrainingData,
    read_documents,
    read_training_data,
    without_labels,
)
from longformer_viz.training.own_data.rows import MOST_BYTES
from longformer_viz.training.own_data.sample_set import SAMPLE_NAME, sample_set
from longformer_viz.training.runs.queue import RunQueue, create_run, free_name
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import RunState, read_run
from longformer_viz.training.runs.settings import TrainingSettings

_TICK_SECONDS = 0.5


def fine_tune(
    data: str | Path | None = None,
    name: str | None = None,
    settings: TrainingSettings | None = None,
    *,
    text_column: str | None = None,
    label_column: str | None = None,
    has_header: bool | None = None,
    progress: Callable[[RunState], None] | None = None,
) -> RunState:
    """Fine-tune a model on labelled documents or questions, in a process of its own, and wait for it.

    Args:
        data: A CSV, JSON lines or Parquet file with texts and labels, or questions as SQuAD JSON; None for the sample
            set.
        name: The run's name, which `load("run:NAME")` takes; None makes one from the file's name.
        settings: What is trained, and how. The task "several labels" or "language" decides how a file is read.
        text_column: The column with the documents; None guesses it.
        label_column: The column with the labels; None guesses it.
        has_header: Whether the first row of a CSV file has the names of the columns; None decides by its content.
        progress: Called twice a second with the state of the run.

    Returns:
        The run at its end.

    Raises:
        InputError: If the data cannot be used, the name is taken, or the training fails.
    """
    check_callable(progress)
    settings = TrainingSettings() if settings is None else settings
    check_type(settings, TrainingSettings, "settings", "Leave them out, or make TrainingSettings().")
    for column, what in ((text_column, "text_column"), (label_column, "label_column")):
        if column is not None:
            check_text(column, what, "Pass the column's name, or leave it out.")
    if has_header is not None:
        check_flag(has_header, "has_header")
    if name is not None:
        check_run_name(name)
    path = None if data is None else checked_path(data, "The data")
    made, _ = new_run(path, name, settings, text_column, label_column, has_header)
    run = continue_run(made, progress=progress)
    if not run.is_finished:
        raise InputError(f"The training has not finished. {run.message or 'The run is ' + run.state + '.'}")
    return run


def new_run(
    data: Path | None,
    name: str | None,
    settings: TrainingSettings,
    text_column: str | None = None,
    label_column: str | None = None,
    has_header: bool | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Make a run without starting it.

    Args:
        data: As for `fine_tune`.
        name: As for `fine_tune`.
        settings: As for `fine_tune`.
        text_column: As for `fine_tune`.
        label_column: As for `fine_tune`.
        has_header: As for `fine_tune`.

    Returns:
        The run's name, and notes on how the file was read.
    """
    found, source = _data(data, settings, text_column, label_column, has_header)
    made = name or free_name("sample" if data is None else name_of_file(source))
    settings = replace(settings, task=found.task)
    create_run(made, settings, RunData.of(found, settings.held_out, settings.seed), source)
    return made, found.notes


def continue_run(name: str, processes: int = 1, progress: Callable[[RunState], None] | None = None) -> RunState:
    """Train a run from its beginning or its last saved state, and wait. An interruption pauses it.

    Args:
        name: The run's name.
        processes: How many processes train together.
        progress: Called twice a second with the state of the run.

    Raises:
        InputError: If there is no such run, or it has finished or trains already.
    """
    queue = RunQueue(processes)
    queue.start(name)
    try:
        while not queue.wait(name, _TICK_SECONDS):
            if progress is not None:
                progress(read_run(name))
    except BaseException:
        queue.pause(name)
        while not queue.wait(name, _TICK_SECONDS):
            time.sleep(_TICK_SECONDS)
        raise
    return read_run(name)


def _data(
    file: Path | None,
    settings: TrainingSettings,
    text_column: str | None,
    label_column: str | None,
    has_header: bool | None,
) -> tuple[TrainingData, str]:
    """Return the data and their name."""
    if file is None:
        if settings.task == SEVERAL_LABELS:
            raise InputError("The sample set has one label for each document. You asked for several. Name a file.")
        data = sample_set()
        return without_labels(data) if settings.task == LANGUAGE else data, SAMPLE_NAME
    content = read_regular(file, MOST_BYTES, "The data")
    if settings.task == LANGUAGE:
        return read_documents(file.name, content, text_column, has_header), file.name
    several = settings.task == SEVERAL_LABELS
    return read_training_data(file.name, content, text_column, label_column, several, has_header), file.name
