"""`longformer-viz train`, from a file to a model, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from longformer_viz.cli import cli
from longformer_viz.models.runs import finished_runs
from longformer_viz.spec import InputError
from longformer_viz.training.runs.run_state import read_run, write_status
from tests.training.runs.conftest import labelled


@pytest.fixture
def file(tmp_path):
    lines = ["label,text", *(f'{each.labels[0]},"{each.text}"' for each in labelled().labelled.documents)]
    (tmp_path / "My notices (2).csv").write_text("\n".join(lines))
    return tmp_path / "My notices (2).csv"


def invoked(*arguments):
    return CliRunner().invoke(cli, ["train", *map(str, arguments)], catch_exceptions=False)


def test_from_a_file_to_a_model_and_on_from_what_was_begun(base, file, make_run):
    result = invoked(file, "--base", base, "--epochs", 1, "--set", "window=32", "--set", "seed=3", "--json")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout[result.stdout.index("{") :])
    assert printed["name"] == "My notices"
    assert printed["state"] == "done"
    assert printed["settings"] | {"window": 32, "seed": 3, "epochs": 1} == printed["settings"]
    assert 0 <= printed["evaluation"]["accuracy"] <= 1
    assert finished_runs() == ("My notices",)
    write_status(make_run("begun", epochs=1).folder, "paused")
    assert invoked("--continue", "begun").exit_code == 0
    assert read_run("begun").state == "done"
    listed = CliRunner().invoke(cli, ["runs"])
    assert "My notices: done" in listed.output
    assert "begun: done" in listed.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no.csv"], "readable file"),
        (["--continue", "unknown"], "does not exist"),
        (["--continue", "../x"], "run's name"),
        (["--set", "magic=1"], "magic=1"),
        (["--set", "rank"], "NAME=VALUE"),
        (["--set", "rank=many"], "rank must be a whole number"),
        (["--method", "magic"], "adapters, all weights"),
        (["--epochs", "0"], "epochs must be"),
        (["--name", "a/b"], "run's name"),
    ],
)
def test_wrong_values_are_one_sentence(arguments, words, runs):
    with pytest.raises(InputError, match=words):
        invoked(*arguments)
    assert not runs.exists() or not any(runs.iterdir())


def test_a_column_that_is_not_there_is_refused(file):
    with pytest.raises(InputError, match="label, text"):
        invoked(file, "--text-column", "body")
