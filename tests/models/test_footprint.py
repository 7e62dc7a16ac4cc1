"""A model larger than memory is refused before its weights are loaded or downloaded."""

import pytest
import torch
import transformers

from longformer_viz.models import checkpoints
from longformer_viz.models.footprint import prediction
from longformer_viz.models.footprint.prediction import (
    check_fits,
    check_fits_on_gpu,
    config_weights,
    gguf_weights,
    safetensors_weights,
)
from longformer_viz.models.gguf import reading
from longformer_viz.models.loading import load
from longformer_viz.spec import InputError
from tests.hf.small_families import FAMILIES
from tests.models import small
from tests.models.hub import hub
from tests.models.small_gguf import write_gguf
from tests.models.test_families import tokenizer

FREE = 1000


@pytest.fixture
def little_memory(monkeypatch):
    """Nothing fits, and a model that is loaded in spite of that ends the test."""

    def fail(*_, **__):
        pytest.fail("the model was loaded")

    monkeypatch.setattr(prediction, "available_memory_bytes", lambda: FREE)
    monkeypatch.setattr(checkpoints, "call_alone", fail)
    monkeypatch.setattr(reading, "call_alone", fail)


def refused(name):
    with pytest.raises(InputError, match=r"must fit in memory.*million weights.*GiB as float32.*0\.0 GiB are avail"):
        load(str(name))


@pytest.mark.parametrize("shards", [{}, {"max_shard_size": "40KB"}], ids=["one file", "shards"])
def test_a_folder(tmp_path, little_memory, shards):
    model = FAMILIES["llama"].make()
    model.save_pretrained(tmp_path, **shards)
    tokenizer(wrapped=False).save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors.index.json").exists() == bool(shards)
    expected = sum(weight.numel() for weight in model.parameters())
    assert safetensors_weights(tmp_path) == expected == config_weights(transformers.LlamaModel, model.config)
    refused(tmp_path)


def test_a_gguf_file(tmp_path, little_memory):
    file = tmp_path / "small.gguf"
    matrices = write_gguf(file)
    norms = 5 * 32
    assert gguf_weights(file) == sum(matrix.size for matrix in matrices.values()) + norms
    refused(file)


def test_weights_on_a_hub_are_not_downloaded(tmp_path, little_memory, monkeypatch):
    small.save(tmp_path / "served" / "some" / "model", "Longformer")
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch) as asked:
        refused("some/model")
    assert any("config.json" in path for path in asked)
    assert not any("safetensors" in path for path in asked)


def test_damaged_files_are_left_to_the_reader(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 12)
    assert safetensors_weights(tmp_path) is None
    (tmp_path / "small.gguf").write_bytes(b"GGUF but no more")
    assert gguf_weights(tmp_path / "small.gguf") is None
    config = FAMILIES["llama"].make().config
    config.hidden_act = "none"
    assert config_weights(transformers.LlamaModel, config) is None


def test_a_model_larger_than_the_gpu_is_refused_before_it_is_moved(monkeypatch):
    model = small.model("Longformer")
    needed = 4 * sum(weight.numel() for weight in model.parameters())
    gpu = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (needed, 10 * needed))
    check_fits_on_gpu("big", model, gpu, torch.float32)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (needed - 1, 10 * needed))
    check_fits_on_gpu("big", model, gpu, torch.float16)
    check_fits_on_gpu("big", model, torch.device("cpu"), torch.float32)
    with pytest.raises(InputError, match=r"GPU.s memory; 'big' takes 0\.0 GiB as float32"):
        check_fits_on_gpu("big", model, gpu, torch.float32)


def test_a_conversion_needs_the_weights_twice(monkeypatch):
    monkeypatch.setattr(prediction, "available_memory_bytes", lambda: 4 * 150)
    check_fits("big", 100)
    with pytest.raises(InputError, match="twice during the conversion"):
        check_fits("big", 100, copies=2)
