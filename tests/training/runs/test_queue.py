"""Names, folders and states of runs."""

import pytest

from longformer_viz.models.runs import finished_runs, name_of_file, run_folder, run_model_folder
from longformer_viz.spec import InputError
from longformer_viz.training.runs.queue import RunQueue, delete_run, free_name, rename_run
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import all_runs, read_run, write_status
from longformer_viz.training.runs.settings import TrainingSettings
from tests.training.runs.conftest import labelled

PATHS = (
    "",
    " ",
    ".",
    "..",
    "../x",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "C:x",
    "~",
    "a..b",
    "x" * 61,
    "a\nb",
    "a\0b",
    ".x",
    None,
    3,
)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_no_name(make_run, name, runs):
    for act in (run_folder, make_run, read_run, delete_run, RunQueue().start, run_model_folder):
        with pytest.raises(InputError, match="run's name"):
            act(name)
    make_run("one")
    with pytest.raises(InputError, match="run's name"):
        rename_run("one", name)
    assert [folder.name for folder in runs.iterdir()] == ["one"]


@pytest.mark.parametrize("name", ["a", "Verträge 2026", "契約", "v1.2_x+y-z"])
def test_names_of_every_script(make_run, name):
    assert make_run(name).name == name
    assert [run.name for run in all_runs()] == [name]


def test_a_taken_name_is_refused_with_the_next_free_one(make_run):
    make_run("one")
    with pytest.raises(InputError, match="Try one 2"):
        make_run("one")
    make_run("one 2")
    assert free_name("one") == "one 3"
    assert free_name("one 2") == "one 3"
    assert free_name("two") == "two"


def test_a_run_needs_its_device_and_a_base_with_a_head(make_run):
    with pytest.raises(InputError, match="Device must be one"):
        make_run(device="gpu")
    with pytest.raises(InputError, match="base model with a language-modelling head"):
        make_run(task="language", base="")
    assert all_runs() == ()


def test_names_of_files():
    assert name_of_file("../../a b.csv") == "a b"
    assert name_of_file("....csv") == "run"
    assert name_of_file("notes...v2.csv") == "notes.v2"
    for file in ("contracts (2).csv", "x" * 300 + ".csv", "_.json", "a..b.jsonl"):
        run_folder(name_of_file(file))


def test_rename_and_delete(make_run, runs):
    run = make_run()
    for act in (lambda: rename_run("one", "two"), lambda: delete_run("one")):
        with pytest.raises(InputError, match="waiting"):
            act()
    write_status(run.folder, "paused")
    assert rename_run("one", "two").name == "two"
    delete_run("two")
    assert not any(runs.iterdir())
    with pytest.raises(InputError, match="does not exist"):
        delete_run("two")


def test_a_folder_that_cannot_be_written_is_named(make_run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path / "file" / "runs"))
    with pytest.raises(InputError, match="LONGFORMER_VIZ_RUNS"):
        make_run()
    assert all_runs() == ()
    assert finished_runs() == ()


def test_a_model_of_a_run_that_has_not_finished_is_refused(make_run):
    make_run()
    with pytest.raises(InputError, match="'one' has not finished"):
        run_model_folder("run:one")
    with pytest.raises(InputError, match="'two' does not exist"):
        run_model_folder("run:two")


def test_data_are_kept_with_their_hash(make_run):
    run = make_run()
    data = RunData.of(labelled(), 0.2, 0)
    assert RunData.read(run.folder) == data
    assert run.about["data_sha256"] == data.sha256
    assert RunData.of(labelled(), 0.2, 1).sha256 != data.sha256
    assert (run.about["training"], run.about["held_out"]) == (16, 4)
    (run.folder / "data.json.gz").write_bytes(b"x")
    with pytest.raises(InputError, match="damaged"):
        RunData.read(run.folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0), ("batch", 1.5), ("rank", True), ("learning_rate", 0.0), ("window", 7), ("dilation", 0),
        ("method", "magic"), ("task", "poems"), ("held_out", 1.0), ("seed", -1), ("dropout", 1),
        ("checkpointing", "False"), ("learning_rate", "x"),
        ("max_tokens", 10**6),
    ],
)  # fmt: skip
def test_settings_are_checked(name, value):
    with pytest.raises(InputError, match="You entered"):
        TrainingSettings(**{name: value})


def test_a_damaged_run_is_left_out_of_the_list(make_run):
    make_run("one")
    (make_run("two").folder / "run.json").write_text('{"settings": {"epochs": "many"}}')
    assert [run.name for run in all_runs()] == ["one"]
    delete_run("two")
    assert not run_folder("two").exists()
