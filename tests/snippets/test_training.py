"""The lines of the Train page train what the page describes, and use its model."""

import pytest

from longformer_viz.snippets.training import new_run_lines, run_lines
from longformer_viz.training.runs.run_state import read_run
from longformer_viz.training.runs.settings import TrainingSettings
from tests.training.runs.conftest import base, labelled, runs  # noqa: F401


def executed(lines):
    found = {}
    exec(compile(lines, "lines", "exec"), found)  # The library's own lines.
    return found


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["kind;body", *(f"{each.labels[0]};{each.text}" for each in labelled().labelled.documents)]
    (tmp_path / "notices.csv").write_text("\n".join(lines))


def test_the_lines_train_the_run_and_use_it(base, data):  # noqa: F811
    settings = TrainingSettings(base=str(base), epochs=1, window=32, checkpointing=True, method="all weights")
    executed(new_run_lines("notices.csv", "mine", settings, ("body", "kind")))
    run = read_run("mine")
    assert run.settings == settings
    assert run.is_finished
    found = executed(run_lines(run))
    assert {label.name for label in found["labels"]} == {"books", "keys"}


def test_the_sample_set_needs_no_file():
    lines = new_run_lines(None, "sample", TrainingSettings())
    assert 'fine_tune(None, "sample", TrainingSettings())' in lines
