"""Shipped adapters: merged they are plain checkpoints that stock transformers runs with equal outputs."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, LongformerForQuestionAnswering, LongformerForSequenceClassification

from longformer_viz import InputError, load
from longformer_viz.documents.samples import sample
from longformer_viz.models.adapters import TASKS, adapter_folder, merged_folder, task_folder
from longformer_viz.models.disk_cache import cache_folder
from longformer_viz.models.embedded import embedded_folder
from tests.tasks.adapters import TOPICS, untrained, use_own_cache

SHIPPED = [task for task in TASKS if (adapter_folder(task) / "adapter_model.safetensors").is_file()]
LENGTH = 1024  # a multiple of the window, so that stock transformers pads nothing


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An untrained adapter for questions and one for labels."""
    folder = tmp_path_factory.mktemp("adapters")
    return {
        "qa": untrained(folder / "qa", None, "qa"),
        "topics": untrained(folder / "topics", TOPICS, "topics"),
    }


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache folder of a test's own, in which the embedded default lies already."""
    use_own_cache(tmp_path / "cache", monkeypatch)


def changed(adapter, target, tensors=None, settings=None):
    """A copy of an adapter's folder with other tensors or settings."""
    shutil.copytree(adapter, target)
    if tensors is not None:
        save_file(tensors, target / "adapter_model.safetensors", {"format": "pt"})
    if settings is not None:
        (target / "task.json").write_text(settings)
    return target


@torch.no_grad()
def check_stock_equals_ours(folder, is_qa):
    """The merged folder in stock transformers and in ours, without padding and without our own reading of pairs."""
    ours = load(str(folder))
    cls = LongformerForQuestionAnswering if is_qa else LongformerForSequenceClassification
    stock, info = cls.from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"]
    assert not info["unexpected_keys"]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    question = ("Who is the client?",) if is_qa else ()
    inputs = tokenizer(
        *question, sample("services_contract").text, truncation=True, max_length=LENGTH, return_tensors="pt"
    )
    assert inputs["input_ids"].shape == (1, LENGTH)
    theirs, mine = stock.eval()(**inputs), ours.model(**inputs)
    for name in ("start_logits", "end_logits") if is_qa else ("logits",):
        torch.testing.assert_close(mine[name], theirs[name], atol=1e-4, rtol=1e-4)
        assert theirs[name].std() > 0.01
    return stock


@pytest.mark.parametrize("task", SHIPPED)
def test_a_shipped_adapter_is_a_plain_checkpoint(task):
    check_stock_equals_ours(task_folder(task), task == "qa")


@pytest.mark.parametrize("task", ["qa", "topics"])
def test_any_adapter_is_a_plain_checkpoint(made, own_cache, task):
    stock = check_stock_equals_ours(merged_folder(made[task], "made"), task == "qa")
    if task == "topics":
        assert list(stock.config.id2label.values()) == list(TOPICS)


def test_merging_adds_what_the_adapter_says(made, own_cache):
    base = load_file(embedded_folder() / "model.safetensors")
    merged = load_file(merged_folder(made["qa"], "made") / "model.safetensors")
    adapter = load_file(made["qa"] / "adapter_model.safetensors")
    layer = "encoder.layer.3.attention.self.key_global"
    down, up = (adapter[f"base_model.model.longformer.{layer}.lora_{side}.weight"].float() for side in ("A", "B"))
    expected = base[f"{layer}.weight"] + up @ down
    torch.testing.assert_close(merged[f"longformer.{layer}.weight"], expected, atol=1e-6, rtol=1e-5)


def test_a_loaded_task_brings_its_settings():
    model = load(task="qa")
    assert model.task == "qa"
    assert model.answers_questions
    assert model.settings["task"] == "qa"
    assert not load().answers_questions
    assert load().settings == {}


@pytest.mark.parametrize("task", SHIPPED)
def test_a_shipped_adapter_is_plain_files_and_names_its_sources(task):
    folder = adapter_folder(task)
    assert {file.suffix for file in folder.iterdir()} <= {".safetensors", ".json", ".md"}
    card = (folder / "README.md").read_text()
    for section in ("## Data", "## Training", "## Figures", "## Limits"):
        assert section in card
    settings = json.loads((folder / "task.json").read_text())
    assert settings["trained"]["files"]
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] is None


def test_all_shipped_adapters_together_are_within_what_they_may_weigh():
    assert sum(file.stat().st_size for task in SHIPPED for file in adapter_folder(task).iterdir()) <= 25e6


@pytest.mark.parametrize("task", ["QA", "", "summaries", "../qa", None])
def test_an_unknown_task_is_refused(task):
    with pytest.raises(InputError, match=r"A task must be one of qa, topics, sentiment\. You entered"):
        task_folder(task)


def test_a_task_with_a_named_model_is_refused():
    with pytest.raises(InputError, match="Only the built-in model has adapters"):
        load("allenai/longformer-base-4096", task="qa")


@pytest.mark.parametrize("missing", ["adapter_model.safetensors", "adapter_config.json", "task.json"])
def test_an_adapter_without_all_its_files_is_refused(made, own_cache, tmp_path, missing):
    folder = changed(made["qa"], tmp_path / "part")
    (folder / missing).unlink()
    if missing.endswith("safetensors"):
        torch.save({}, folder / "adapter_model.bin")  # a pickled one is no adapter
    with pytest.raises(InputError, match=f"needs the files .*; .* lacks {missing}"):
        merged_folder(folder, "made")


def cut(tensors):
    return {name: tensor for name, tensor in tensors.items() if "qa_outputs" not in name}


def fewer(tensors):
    return {name: tensor for name, tensor in tensors.items() if ".layer.2." not in name}


def foreign(tensors):
    return {name.replace("layer.2", "layer.9"): tensor for name, tensor in tensors.items()}


def narrow(tensors):
    return {name: tensor[..., :-1].contiguous() for name, tensor in tensors.items()}


@pytest.mark.parametrize("change", [cut, fewer, foreign, narrow])
def test_an_adapter_with_other_tensors_is_refused(made, own_cache, tmp_path, change):
    tensors = change(load_file(made["qa"] / "adapter_model.safetensors"))
    with pytest.raises(InputError, match="An adapter must be undamaged and trained for the built-in model"):
        merged_folder(changed(made["qa"], tmp_path / "other", tensors), "made")
    assert [path.name for path in cache_folder().iterdir() if path.is_dir()] == [embedded_folder().name]


@pytest.mark.parametrize("settings", ["", "{", "[]", '{"labels": 5}', '{"labels": ["a", "b"]}'])
def test_settings_that_do_not_fit_are_refused(made, own_cache, tmp_path, settings):
    with pytest.raises(InputError, match="An adapter must be undamaged and trained for the built-in model"):
        merged_folder(changed(made["qa"], tmp_path / "other", settings=settings), "made")


def test_a_damaged_file_is_refused(made, own_cache, tmp_path):
    folder = changed(made["qa"], tmp_path / "cut")
    file = folder / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"An adapter must be undamaged .* Install the package again\."):
        merged_folder(folder, "made")
    assert not [path for path in cache_folder().iterdir() if path.name.startswith("made") and path.is_dir()]


def test_another_version_of_an_adapter_is_merged_anew(made, own_cache, tmp_path):
    first = merged_folder(made["qa"], "made")
    assert merged_folder(made["qa"], "made") == first
    assert merged_folder(untrained(tmp_path / "next", None, "qa", seed=1), "made") != first
