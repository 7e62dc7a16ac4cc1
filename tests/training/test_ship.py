"""Shipping an adapter: judged on each file's held-out documents, and the package changes only once it is judged."""

import json
import sys
from argparse import Namespace

import pytest

from longformer_viz.training import ship as shipping_module
from longformer_viz.training.ship import main, ship
from tests.tasks.adapters import TOPICS, untrained

STATE = {"recipe": {"learning_rate": 0.001, "tokens_per_batch": 4096, "seed": 0}, "step": 3, "steps": 3}


@pytest.fixture
def target(tmp_path, monkeypatch):
    """Where the package would have its adapter."""
    folder = tmp_path / "package"
    monkeypatch.setattr(shipping_module, "adapter_folder", lambda task: folder)
    return folder


def run_of(tmp_path, labels, task):
    untrained(tmp_path / "run" / "best", labels, task)
    (tmp_path / "run" / "best" / "task.json").unlink()
    (tmp_path / "run" / "state.json").write_text(json.dumps(STATE))
    return str(tmp_path / "run")


def article(number):
    """Four paragraphs, each with a place of its own."""
    places = [f"Tarn{number}x{at}" for at in range(4)]
    return {
        "title": f"Article {number}",
        "paragraphs": [
            {
                "context": f"The mast was repaired at {place}.",
                "qas": [{"id": place, "question": "Where?", "answers": [{"text": place, "answer_start": 25}]}],
            }
            for place in places
        ],
    }


def chosen(task, run, *data, every=1, unseen=()):
    return Namespace(
        task=task, run=run, data=list(map(str, data)), commands="", every=every, unseen=list(map(str, unseen))
    )


def test_questions_are_judged_calibrated_and_put_in_place(tmp_path, target):
    file = tmp_path / "qamr.json"
    file.write_text(json.dumps({"data": [article(number) for number in range(40)]}))
    unseen = tmp_path / "squad2_unseen.json"
    adversarial = article(99)
    for paragraph in adversarial["paragraphs"]:
        paragraph["qas"].append({"id": "x", "question": "Where was the mast sold?", "answers": []})
    unseen.write_text(json.dumps({"data": [adversarial]}))
    figures = ship(chosen("qa", run_of(tmp_path, None, "qa"), file, unseen=[unseen]))
    settings = json.loads((target / "task.json").read_text())
    assert settings["held_out"] == figures
    assert settings["calibration"].keys() == {
        "none_slope",
        "none_bias",
        "contradictions",
        "temperature",
        "weak_below",
    }
    assert settings["unseen"]["adversarial_questions"] == 4
    assert 0 <= settings["unseen"]["adversarial_none_auroc"] <= 1
    assert 0 <= settings["unseen"]["adversarial_answered"] <= 1
    assert settings["held_out"]["other_questions"] > 0
    assert settings["trained"]["steps"] == 3
    assert settings["trained"]["position_tiling"] == {"stop": 407, "start": 86, "are_rows_trained": True}
    assert 0 <= figures["f1"] <= 1
    card = (target / "README.md").read_text()
    assert "QAMR" in card
    assert "From token 407 on, 321 trained positions repeat." in card
    assert f"| F1 | {figures['f1']} |" in card
    assert "On squad2_unseen.json, which was not used in training:" in card
    assert f"AUROC, adversarial questions | {settings['unseen']['adversarial_none_auroc']} |" in card
    assert (target / "adapter_model.safetensors").is_file()
    weights = (target / "adapter_model.safetensors").read_bytes()
    assert ship(chosen("qa", None, file, every=2))["questions"] < figures["questions"]
    again = json.loads((target / "task.json").read_text())
    assert again["trained"]["steps"] == 3
    assert (target / "adapter_model.safetensors").read_bytes() == weights
    assert f"{again['calibration_command']}\n" in (target / "README.md").read_text()
    assert again["calibration_command"].endswith("ship qa --data qamr.json --every 2")


def test_labels_are_judged_on_what_each_file_held_out(tmp_path, target, monkeypatch):
    files = []
    for first in (1000, 1):  # the numbers of one file all lie above the other's
        files.append(tmp_path / f"{first}.jsonl")
        lines = [
            json.dumps({"id": f"{first + at}_x", "label": TOPICS[at % 3], "text": f"Post {first + at} on stone."})
            for at in range(60)
        ]
        files[-1].write_text("\n".join(lines))
    judged = []

    def judge(model, texts):
        judged.extend(int(text.id.split("_")[0]) for text in texts)
        return {"texts": len(texts), "accuracy": 0.5, "macro_f1": 0.5}

    monkeypatch.setattr(shipping_module, "judged_labels", judge)
    ship(chosen("topics", run_of(tmp_path, TOPICS, "topics"), *files))
    assert sorted(judged) == [*range(55, 61), *range(1054, 1060)]
    assert json.loads((target / "task.json").read_text())["labels"] == sorted(TOPICS)


@pytest.mark.parametrize("lacks", ["run", "data"])
def test_what_is_missing_is_said_and_nothing_changes(tmp_path, target, monkeypatch, lacks):
    run = str(tmp_path / "none") if lacks == "run" else run_of(tmp_path, None, "qa")
    monkeypatch.setattr(sys, "argv", ["ship", "qa", "--run", run, "--data", str(tmp_path / "typo.json")])
    with pytest.raises(
        SystemExit, match="A run must be a folder" if lacks == "run" else "A data file must be readable"
    ):
        main()
    assert not target.exists()
