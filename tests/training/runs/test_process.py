"""A run trains, stops, goes on to the same weights, and leaves a model that stock transformers loads."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from types import SimpleNamespace

import pytest
import torch
import transformers
from filelock import FileLock
from safetensors.torch import load_file

from longformer_viz import load
from longformer_viz.models import runs as model_runs
from longformer_viz.spec import InputError
from longformer_viz.tasks.classifying import classify
from longformer_viz.training.datasets import Answer, Article, Paragraph, Question
from longformer_viz.training.own_data.reading import TrainingData
from longformer_viz.training.runs import process, trainer
from longformer_viz.training.runs import queue as queues
from longformer_viz.training.runs.export import model_zip
from longformer_viz.training.runs.queue import RunQueue, command_of, delete_run
from longformer_viz.training.runs.run_examples import RunExamples
from longformer_viz.training.runs.run_state import (
    CANCELLED,
    DONE,
    INTERRUPTED,
    LOCK,
    PAUSED,
    lines_of,
    read_run,
    write_status,
)
from tests.models import small
from tests.training.runs.conftest import labelled

RATES = {"adapters": 1e-3, "all weights": 1e-4}


def weights(name):
    return load_file(model_runs.run_folder(name) / "model" / "model.safetensors")


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        torch.testing.assert_close(one[name], other[name], atol=0, rtol=0, msg=name)


@pytest.mark.parametrize("method", ["adapters", "all weights"])
def test_it_learns_and_leaves_a_stock_model(make_run, method):
    run = make_run(base="", method=method, epochs=3, learning_rate=RATES[method])
    assert process.train(run.folder) == DONE
    found = read_run("one")
    assert [each["epoch"] for each in found.evaluations] == [1, 2, 3]
    assert found.evaluations[-1]["accuracy"] == 1.0
    assert found.evaluations[-1]["confusion"] == [[2, 0], [0, 2]]
    assert found.history[-1]["loss"] < found.history[0]["loss"]
    assert list(run.folder.glob("checkpoints/**/events.out.tfevents*"))  # for TensorBoard
    folder = run.folder / "model"
    stock = transformers.LongformerForSequenceClassification.from_pretrained(folder)
    assert type(stock) is transformers.LongformerForSequenceClassification
    assert list(stock.config.id2label.values()) == ["books", "keys"]
    model = load("run:one")
    assert model.labels == ("books", "keys")
    text = "The library lends books."
    inputs = transformers.AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
    with torch.no_grad():
        expected = stock.eval()(**inputs).logits[0].softmax(-1)
    found = {label.name: label.probability for label in classify(model, text)}
    assert found["books"] == pytest.approx(float(expected[0]), abs=1e-5)
    assert found["books"] > 0.5
    card = (folder / "README.md").read_text()
    assert "accuracy: 1.000" in card
    assert f"learning rate: {RATES[method]}" in card


def test_the_zip_opens_elsewhere(make_run, tmp_path):
    run = make_run(epochs=1)
    process.train(run.folder)
    zipfile.ZipFile(BytesIO(model_zip(run))).extractall(tmp_path / "elsewhere")
    transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "elsewhere" / "one")
    assert (tmp_path / "elsewhere" / "one" / "README.md").is_file()


def test_without_the_writer_for_tensorboard_a_run_trains_as_well(make_run, monkeypatch):
    monkeypatch.setattr(trainer, "is_tensorboard_available", lambda: False)
    run = make_run(epochs=1)
    assert process.train(run.folder) == DONE
    assert not list(run.folder.glob("checkpoints/**/events.out.tfevents*"))


def test_several_labels(make_run):
    run = make_run(base="", data=labelled(30, several=True), epochs=4, learning_rate=2e-3)
    process.train(run.folder)
    last = read_run("one").evaluations[-1]
    assert last.keys() >= {"accuracy", "macro_f1", "micro_f1", "f1_by_label", "mistakes"}
    assert last["f1_by_label"]["keys"] == 1.0
    config = json.loads((run.folder / "model" / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"


def test_questions(make_run):
    articles = []
    for number in range(6):
        context = f"The keys of house {number} are kept by Ines and nobody else."
        asked = Question(f"{number}", "Who keeps the keys?", (Answer("Ines", context.index("Ines")),))
        articles.append(Article(f"{number}", (Paragraph(context, (asked,)),)))
    run = make_run(base="", data=TrainingData(articles=tuple(articles)), epochs=8, learning_rate=2e-3)
    process.train(run.folder)
    last = read_run("one").evaluations[-1]
    assert last["f1"] == last["exact_match"] == 1.0
    assert load("run:one").answers_questions


def test_a_run_from_an_earlier_run_and_with_another_window(make_run):
    process.train(make_run(epochs=1).folder)
    second = make_run("two", base="run:one", epochs=1, window=32, dilation=2, global_every=4)
    process.train(second.folder)
    assert json.loads((second.folder / "model" / "config.json").read_text())["attention_window"] == [32, 32]
    assert load("run:two").windows == (32, 32)


def test_modernbert(make_run, tmp_path):
    words = small.tokenizer("Roberta")
    config = transformers.ModernBertConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        local_attention=8,
        global_attn_every_n_layers=2,
        max_position_embeddings=200,
        pad_token_id=words.pad_token_id,
        cls_token_id=words.cls_token_id,
        sep_token_id=words.sep_token_id,
    )
    transformers.ModernBertModel(config).save_pretrained(tmp_path / "modern")
    words.save_pretrained(tmp_path / "modern")
    run = make_run(base=str(tmp_path / "modern"), epochs=3, learning_rate=0.01)
    assert process.train(run.folder) == DONE
    stock = transformers.AutoModelForSequenceClassification.from_pretrained(run.folder / "model")
    assert type(stock).__name__ == "ModernBertForSequenceClassification"
    with pytest.raises(InputError, match="Longformer only"):
        process.train(make_run("two", base=str(tmp_path / "modern"), dilation=2).folder)


def test_a_decoder_is_no_base(make_run, tmp_path):
    words = small.tokenizer("Roberta")
    settings = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    transformers.LlamaModel(transformers.LlamaConfig(vocab_size=len(words), **settings)).save_pretrained(
        tmp_path / "d"
    )
    words.save_pretrained(tmp_path / "d")
    with pytest.raises(InputError, match=r"must be an encoder .* family llama"):
        process.train(make_run(base=str(tmp_path / "d")).folder)


def test_a_paused_run_goes_on_to_the_same_weights(make_run, monkeypatch):
    whole = make_run("whole", epochs=3, dropout=0.1)
    process.train(whole.folder)
    run = make_run("paused", epochs=3, dropout=0.1)
    step_end = trainer.Reporter.on_step_end

    def pause(self, args, state, control, **more):
        if state.global_step == 5:
            (self.folder / "request").write_text("pause")
        step_end(self, args, state, control, **more)

    monkeypatch.setattr(trainer.Reporter, "on_step_end", pause)
    assert process.train(run.folder) == PAUSED
    assert read_run("paused").step == 5
    (run.folder / "request").unlink()
    monkeypatch.setattr(trainer.Reporter, "on_step_end", step_end)
    assert process.train(run.folder) == DONE
    assert_same(weights("paused"), weights("whole"))
    assert [line["step"] for line in read_run("paused").history] == [
        line["step"] for line in read_run("whole").history
    ]


def test_a_killed_process_goes_on_to_the_same_weights(make_run):
    whole, run = make_run("whole", epochs=6), make_run("killed", epochs=6)
    queue = RunQueue()
    queue.start("killed")
    while not read_run("killed").evaluations:
        time.sleep(0.02)
        assert read_run("killed").is_live
    os.kill(json.loads((run.folder / "status.json").read_text())["pid"], signal.SIGKILL)
    assert queue.wait("killed", 60)
    assert read_run("killed").state == INTERRUPTED
    assert not read_run("killed").is_finished
    queue.start("killed")
    queue.start("whole")
    assert queue.place("whole") >= 1
    assert queue.wait("whole", 120)
    assert read_run("killed").state == read_run("whole").state == DONE
    assert_same(weights("killed"), weights("whole"))
    assert whole.folder != run.folder


def test_a_half_written_checkpoint_is_not_used(make_run):
    run = make_run(epochs=2)
    process.train(run.folder)
    checkpoints = run.folder / "checkpoints"
    last = process.last_checkpoint(checkpoints)
    half = checkpoints / "checkpoint-999"
    shutil.copytree(last, half)
    (half / "complete").unlink()
    assert process.last_checkpoint(checkpoints) == last
    assert not half.exists()


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), RuntimeError("write failed: file 1")])
def test_a_full_disk_keeps_the_last_good_checkpoint(make_run, monkeypatch, fault):
    run = make_run(epochs=3)
    save = trainer.RunTrainer._save_checkpoint

    def full(self, model, trial):
        if self.state.epoch > 1.5:
            raise fault
        save(self, model, trial)

    monkeypatch.setattr(trainer.RunTrainer, "_save_checkpoint", full)
    monkeypatch.setattr(sys, "argv", ["process", str(run.folder)])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(SystemExit):
        process.main()
    found = read_run("one")
    assert found.state == "failed"
    assert "Free some disk space and continue" in found.message
    monkeypatch.setattr(trainer.RunTrainer, "_save_checkpoint", save)
    assert process.last_checkpoint(run.folder / "checkpoints").endswith("checkpoint-4")
    assert process.train(run.folder) == DONE


def test_a_disk_without_room_for_a_status_ends_no_queue(make_run, monkeypatch):
    first, second = make_run("first", epochs=1), make_run("second", epochs=1)
    write = queues.write_status

    def full(folder, state, **values):
        if folder == first.folder:
            raise OSError(28, "No space left on device")
        write(folder, state, **values)

    queue = RunQueue()
    queue.start("first")
    monkeypatch.setattr(queues, "write_status", full)
    queue.start("second")
    assert queue.wait("first", 120)
    assert queue.wait("second", 120)
    assert read_run("second").state == DONE
    assert second.folder != first.folder


@pytest.mark.parametrize(("request_", "state"), [("pause", PAUSED), ("cancel", CANCELLED)])
def test_a_request_during_the_start_is_followed(make_run, request_, state):
    run = make_run()
    (run.folder / "request").write_text(request_)
    assert process.train(run.folder) == state
    assert not (run.folder / "checkpoints").exists()


@pytest.mark.parametrize("step", [4, 8])
def test_a_pause_at_the_end_of_an_epoch_evaluates_it(make_run, monkeypatch, step):
    run = make_run(epochs=2)
    step_end = trainer.Reporter.on_step_end

    def pause(self, args, state, control, **more):
        if state.global_step == step:
            (self.folder / "request").write_text("pause")
        step_end(self, args, state, control, **more)

    monkeypatch.setattr(trainer.Reporter, "on_step_end", pause)
    assert process.train(run.folder) == PAUSED
    assert [each["epoch"] for each in read_run("one").evaluations] == list(range(1, step // 4 + 1))
    (run.folder / "request").unlink()
    monkeypatch.setattr(trainer.Reporter, "on_step_end", step_end)
    assert process.train(run.folder) == DONE
    assert [each["epoch"] for each in read_run("one").evaluations] == [1, 2]


def test_one_run_is_not_trained_twice_at_once(make_run):
    run = make_run()
    write_status(run.folder, "running")
    with FileLock(run.folder / LOCK):
        assert read_run("one").state == "running"
        with pytest.raises(InputError, match="trains in another process"):
            RunQueue().start("one")
        with pytest.raises(InputError, match="Cancel it first"):
            delete_run("one")
    assert read_run("one").state == INTERRUPTED


def test_a_loss_that_is_not_finite_ends_the_run(make_run, monkeypatch):
    loss = RunExamples.loss
    monkeypatch.setattr(RunExamples, "loss", lambda *given: tuple(each * 1e39 for each in loss(*given)[:1]) * 2)
    with pytest.raises(InputError, match="loss must be finite"):
        process.train(make_run().folder)


def test_a_process_that_ended_without_a_word_is_shown_as_interrupted(make_run):
    write_status(make_run().folder, "running", step=3, steps=9)
    assert read_run("one").state == INTERRUPTED
    assert read_run("one").can_continue


def test_two_processes_train_like_one_with_twice_the_batch(make_run):
    settings = {"dropout": 0.0, "epochs": 1, "method": "all weights", "learning_rate": 1e-3}
    one, two = make_run("whole", batch=4, **settings), make_run("halves", batch=2, **settings)
    process.train(one.folder)
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = command_of("halves", 2)
    command.insert(3, "--standalone")  # A free port of its own.
    subprocess.run(command, env=environment, check=True, timeout=300)
    assert read_run("halves").state == DONE
    assert len(lines_of(two.folder / "evaluations.jsonl")) == 1
    expected, found = weights("whole"), weights("halves")
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], atol=1e-5, rtol=1e-4, msg=name)


def test_two_processes_pause_together(make_run):
    run = make_run("halves", batch=2, epochs=400)
    command = command_of("halves", 2)
    command.insert(3, "--standalone")
    training = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
    try:
        while len(lines_of(run.folder / "steps.jsonl")) < 3:
            assert training.poll() is None
            time.sleep(0.05)
        (run.folder / "request").write_text("pause")
        assert training.wait(240) == 0
    finally:
        training.kill()
    found = read_run("halves")
    assert found.state == PAUSED
    assert 0 < found.step < found.steps
    assert process.last_checkpoint(run.folder / "checkpoints").endswith(f"checkpoint-{found.step}")
