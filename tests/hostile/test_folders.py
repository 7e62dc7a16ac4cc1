"""Hostile names of models, runs and devices, and hostile folders of models."""

import json
import os
import shutil
import struct
from pathlib import Path

import pytest
from transformers import LongformerConfig, LongformerModel

from longformer_viz import Results, fine_tune, load, sample
from longformer_viz.models.adapters import merged_folder, task_folder
from longformer_viz.models.devices import check_device
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.runs import run_folder, run_model_folder
from tests.hostile.refusals import assert_refused, refused_or_right
from tests.hostile.texts import SHORT

NAMES = (
    "..",
    "/",
    "/dev",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/fd",
    "/proc/self/mem",
    "/etc/passwd",
    "../../../etc/passwd",
    "\0",
    "a\0b",
    "x" * 5_000,
    "~nobody_here",
    "~",
    "run:",
    "run:..",
    "run:../../etc",
    "run:a/b",
    "run:\0",
    "a/b/c",
    "a//b",
    "http://example.invalid/x",
    "file:///etc/passwd",
    "\ud800",
    "%s%n",
    "$(id)",
    "a b",
    "x.gguf",
    "/dev/null.gguf",
    "\u202eevil",
    ".",
    "-",
    "--help",
    "SmolLM2-135M/../x",
)
DEVICES = (
    "",
    "cuda:99",
    "cuda:99999999999999",
    "meta",
    "cpu:-1",
    "cpu:1:2",
    "xpu",
    "\0",
    "CPU",
    "cpu\n",
    "x" * 5_000,
)
PIPES = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "chat_template.jinja")
ENTRY = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
HEADERS = {
    "a length that lies": (b"{}", 2**63),
    "no bytes": (b"", 0),
    "a list": (b"[]", None),
    "null": (b"null", None),
    "too deep": (b"[" * 50_000, None),
    "a huge shape": ({"a": {**ENTRY, "shape": [10**400]}}, None),
    "a negative shape": ({"a": {**ENTRY, "shape": [-1]}}, None),
    "a text in the shape": ({"a": {**ENTRY, "shape": [10**12, "a"]}}, None),
    "offsets beyond the end": ({"a": {**ENTRY, "data_offsets": [0, 2**60]}}, None),
    "the same bytes twice": ({"a": ENTRY, "b": ENTRY}, None),
    "other tensors": ({"a": ENTRY}, None),
    "an unknown type": ({"a": {**ENTRY, "dtype": "EVIL"}}, None),
}
CONFIGS = {
    "a billion labels": {"num_labels": 10**9},
    "a billion layers": {"num_hidden_layers": 10**9},
    "a thousand layers": {"num_hidden_layers": 1_000},
    "negative layers": {"num_hidden_layers": -1},
    "layers in words": {"num_hidden_layers": "9" * 99},
    "a wide layer": {"hidden_size": 10**6},
    "a trillion words": {"vocab_size": 10**12},
    "a billion positions": {"max_position_embeddings": 10**9},
    "no heads": {"num_attention_heads": 0},
    "a billion heads": {"num_attention_heads": 10**9},
    "a billion experts": {"num_experts": 10**9},
    "a thousand layers of experts": {"num_hidden_layers": 900, "num_experts": 4_000},
    "a part with a billion layers": {"text_config": {"num_hidden_layers": 10**9}},
    "an odd window": {"attention_window": [7, 8]},
    "no window": {"attention_window": None},
    "padding beyond the end": {"pad_token_id": 10**9},
    "no padding": {"pad_token_id": None},
    "a text for a number": {"layer_norm_eps": "x"},
    "an unknown function": {"hidden_act": "rm -rf /"},
    "an unknown family": {"model_type": "../../x"},
    "a family that is a list": {"model_type": ["longformer"]},
    "code of its own": {"model_type": "evil", "auto_map": {"AutoModel": "evil--x.Y"}},
    "attention from the hub": {"_attn_implementation": "kernels-community/evil"},
    "attention from the hub in a part": {"text_config": {"attn_implementation": "a/b:c"}},
    "an unknown number format": {"dtype": "evil"},
    "a quantization": {"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True}},
}
RAW_CONFIGS = {
    "nothing": "",
    "no object": "[]",
    "null": "null",
    "cut": '{"model_type": "longf',
    "deep": "[" * 100_000,
    "deep object": '{"model_type":"longformer","a":' + '{"a":' * 900 + "1" + "}" * 901,
    "thousands of digits": '{"model_type":"longformer","vocab_size":1' + "0" * 5_000 + "}",
    "not a number": '{"model_type":"longformer","layer_norm_eps":NaN,"num_hidden_layers":Infinity}',
    "large": '{"model_type":"longformer","a":"' + "a" * 11_000_000 + '"}',
    "repeated": '{"model_type":"longformer",' + '"a":1,' * 99_999 + '"a":1}',
}
INDEXES = {
    "a device": {"weight_map": {"a": "/dev/zero"}},
    "another folder": {"weight_map": {"a": "../../../../etc/passwd"}},
    "a pickled file": {"weight_map": {"a": "pytorch_model.bin"}},
    "no map": {"weight_map": None},
    "a list": [],
    "a number": {"weight_map": {"a": 5}},
    "a missing file": {"weight_map": {"a": "b.safetensors"}},
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    config = LongformerConfig(
        vocab_size=30522,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=66,
        attention_window=[8, 8],
        pad_token_id=1,
    )
    LongformerModel(config).save_pretrained(folder)
    for file in embedded_folder().iterdir():
        if "token" in file.name:
            shutil.copy(file, folder)
    return folder


@pytest.fixture
def folder(tiny, tmp_path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "model"))


def test_the_folder_itself_is_loaded(folder):
    assert load(str(folder)).windows == (8, 8)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_models(name):
    assert_refused(lambda: load(name, download=False))


@pytest.mark.parametrize("name", DEVICES)
def test_names_of_devices(name):
    assert_refused(lambda: load(device=name))
    assert_refused(lambda: check_device(name))


def test_names_of_runs_tasks_adapters_and_samples(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path))
    for name in (*NAMES, *SHORT[::5]):
        assert_refused(lambda name=name: run_model_folder(name))
        if refused_or_right(lambda name=name: run_folder(name)) is None:
            assert run_folder(name).parent == tmp_path
        assert_refused(lambda name=name: merged_folder(tmp_path, name))
        assert_refused(lambda name=name: task_folder(name))
        assert_refused(lambda name=name: sample(name))


@pytest.mark.parametrize("file", PIPES)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_file_without_an_end(folder, file, kind):
    (folder / file).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(folder / file)
    else:
        (folder / file).symlink_to("/dev/zero")
    assert "is a pipe or a device" in str(assert_refused(lambda: load(str(folder))))


@pytest.mark.parametrize("name", CONFIGS)
def test_configs(folder, name):
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **CONFIGS[name]}))
    assert_refused(lambda: load(str(folder)))


@pytest.mark.parametrize("name", RAW_CONFIGS)
def test_damaged_configs(folder, name):
    (folder / "config.json").write_text(RAW_CONFIGS[name])
    assert_refused(lambda: load(str(folder)))


@pytest.mark.parametrize("name", HEADERS)
def test_headers_of_weights(folder, name):
    header, length = HEADERS[name]
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    length = len(header) if length is None else length
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", length) + header + bytes(4))
    assert_refused(lambda: load(str(folder)))


@pytest.mark.parametrize("name", INDEXES)
def test_lists_of_weights(folder, name):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    (folder / "model.safetensors.index.json").write_text(json.dumps(INDEXES[name]))
    assert_refused(lambda: load(str(folder)))


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"version":"1.0","model":{}}'])
def test_damaged_tokenizers(folder, text):
    (folder / "tokenizer.json").write_text(text)
    assert_refused(lambda: load(str(folder)))


@pytest.mark.parametrize("data", [b"", b"GGUF", b"GGUF" + b"\xff" * 99, b"GGUF\x03\0\0\0" + b"\xff" * 16, b"[" * 99])
def test_damaged_gguf_files(tmp_path, data):
    file = tmp_path / "x.gguf"
    file.write_bytes(data)
    assert_refused(lambda: load(str(file)))


def test_data_and_results_without_an_end(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", "/dev", "/dev/stdin", "\0", "x" * 5_000, str(tmp_path / "pipe"), tmp_path):
        assert_refused(lambda path=path: fine_tune(path, "hostile"))
        assert_refused(lambda path=path: Results.load(path))
