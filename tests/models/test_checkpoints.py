"""Any checkpoint loads by folder or hub name, or is refused in one sentence; nothing that comes with it is run."""

import json
import pickle
import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import transformers
from huggingface_hub import constants
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

from longformer_viz import InputError, load
from longformer_viz.models.checkpoints import NotDownloadedError, unpickle_checked
from longformer_viz.models.disk_cache import SETTING
from tests.models import small
from tests.models.hub import hub, point_to

OFFICIAL = "allenai/longformer-base-4096"
TEXT = "The library stays open: half its shelves move in May."


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    """Converted models go to a folder of the test's own, and no name reaches a hub unless the test serves one."""
    monkeypatch.setenv(SETTING, str(tmp_path / "own cache"))
    point_to("http://127.0.0.1:9", tmp_path / "hub cache", monkeypatch)


@pytest.fixture
def folder(tmp_path):
    """A whole Longformer checkpoint, for the test to spoil."""
    small.save(tmp_path / "model", "Longformer")
    return tmp_path / "model"


@pytest.fixture
def canary(tmp_path):
    """A file that exists once somebody's code was run."""
    return tmp_path / "canary"


@pytest.fixture
def no_network(monkeypatch):
    """Every attempt to reach a network fails the test."""
    asked = []

    def refuse(*arguments, **_):
        asked.append(arguments)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert asked == []


class Code:
    """What a pickle must never do: unpickled, it makes a file."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return open, (str(self.canary), "w")


def refusal(name, **options):
    """The sentence with which a model is refused."""
    with pytest.raises(InputError) as caught:
        load(str(name), **options)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


def change_tensors(folder, change):
    file = folder / "model.safetensors"
    save_file(change(load_file(file)), file, {"format": "pt"})


@pytest.mark.parametrize(
    ("family", "head", "opened_as"),
    [
        *(
            ("Longformer", head, f"Longformer{head}")
            for head in (
                "Model",
                "ForMaskedLM",
                "ForQuestionAnswering",
                "ForSequenceClassification",
                "ForTokenClassification",
                "ForMultipleChoice",
            )
        ),
        ("LED", "Model", "LEDModel"),
        ("LED", "ForConditionalGeneration", "LEDForConditionalGeneration"),
        ("LED", "ForQuestionAnswering", "LEDForQuestionAnswering"),
        ("Bert", "Model", "LongformerModel"),
        ("Bert", "ForMaskedLM", "LongformerModel"),
        ("Bert", "ForQuestionAnswering", "LongformerForQuestionAnswering"),
        ("Roberta", "ForSequenceClassification", "LongformerForSequenceClassification"),
        ("XLMRoberta", "ForTokenClassification", "LongformerForTokenClassification"),
    ],
)
def test_every_family_loads_from_a_folder_with_its_weights(tmp_path, no_network, family, head, opened_as):
    saved = small.save(tmp_path, family, head)
    model = load(str(tmp_path))
    assert isinstance(model.model, getattr(transformers, opened_as))
    assert model.heads == small.HEADS
    opened = model.model.state_dict()
    if family in ("Longformer", "LED"):
        for name, tensor in saved.state_dict().items():
            assert torch.equal(opened[name], tensor)
        assert (model.max_tokens, model.trained_tokens) == (200, 200)
        assert model.windows == small.LONGFORMER_WINDOWS
    else:
        stem = "" if opened_as == "LongformerModel" else "longformer."
        inner = saved.base_model.state_dict()
        name = "encoder.layer.1.attention.self.query.weight"
        assert torch.equal(opened[stem + name], inner[name])
        assert (model.max_tokens, model.trained_tokens) == (16_384, 40)
        assert model.windows == (512,) * small.LAYERS
    assert list(model.tokenize(TEXT).ids) == small.tokenizer(family)(TEXT)["input_ids"]


def test_a_bert_folder_gets_two_separators_between_a_pair(tmp_path):
    small.save(tmp_path, "Bert")
    tokenizer = load(str(tmp_path)).tokenizer
    pair = tokenizer("who", "they")["input_ids"]
    assert pair.count(tokenizer.sep_token_id) == 3


def test_a_tokenizer_that_cuts_and_pads_does_neither_here(folder):
    file = folder / "tokenizer.json"
    settings = json.loads(file.read_text())
    settings["truncation"] = {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}
    settings["padding"] = {
        "strategy": {"Fixed": 8},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 1,
        "pad_type_id": 0,
        "pad_token": "<pad>",
    }
    file.write_text(json.dumps(settings))
    model = load(str(folder))
    assert model.count_tokens("a") == 3
    assert model.count_tokens(TEXT) > 8


def test_sharded_safetensors_load(tmp_path):
    saved = small.model("Longformer")
    saved.save_pretrained(tmp_path, max_shard_size="30KB")
    small.tokenizer("Longformer").save_pretrained(tmp_path)
    shards = sorted(tmp_path.glob("model-*.safetensors"))
    assert len(shards) > 2
    opened = load(str(tmp_path)).model.state_dict()
    assert all(torch.equal(opened[name], tensor) for name, tensor in saved.state_dict().items())
    shards[1].unlink()
    assert "must be undamaged" in refusal(tmp_path)


def test_half_precision_weights_load_as_float32(tmp_path):
    small.model("Longformer").half().save_pretrained(tmp_path)
    small.tokenizer("Longformer").save_pretrained(tmp_path)
    assert load(str(tmp_path)).dtype == torch.float32
    assert load(str(tmp_path), dtype="bfloat16").dtype == torch.bfloat16


def test_a_window_for_all_layers_holds_for_each(folder):
    small.change_config(folder, attention_window=16)
    assert load(str(folder)).windows == (16, 16)


def test_names_that_no_model_has(monkeypatch):
    monkeypatch.chdir("/")
    odd = [
        "a b",
        "../x",
        "a/../b",
        "x/y/z",
        "ü 😀",
        "https://huggingface.co/a/b",
        "a\nb",
        "\0",
        "~nobody/x",
        "/no/such/folder",
    ]
    for name in odd:
        assert "must be a folder" in refusal(name)
        assert "must be a folder" in refusal(name, download=False)
    assert "must be a folder" in refusal("x" * 5000)
    assert "config.json" in refusal("")


@pytest.mark.parametrize("options", [{"device": "tpu"}, {"device": "cuda:99"}, {"device": 5}, {"dtype": "int8"}])
def test_other_devices_and_types_are_refused(folder, options):
    assert "must be one" in refusal(folder, **options)


def test_an_unknown_name_without_network():
    message = refusal("nobody/nothing")
    assert "'nobody/nothing'" in message
    assert "network" in message


def test_offline_mode_is_no_network_either(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "network" in refusal("nobody/nothing")


def test_a_hub_that_hangs_up_is_no_network_either(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        point_to(f"http://127.0.0.1:{server.getsockname()[1]}", tmp_path / "hub cache", monkeypatch)
        assert "network" in refusal("nobody/nothing")
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("name", ["nobody/nothing", "bert", OFFICIAL])
def test_without_download_nothing_is_asked_for(no_network, name):
    with pytest.raises(NotDownloadedError, match="Download it first"):
        load(name, download=False)


def test_from_a_hub_once_and_then_without_one(tmp_path, monkeypatch):
    saved = small.model("Longformer")
    served = tmp_path / "served" / "some" / "model"
    saved.save_pretrained(served, max_shard_size="30KB")
    small.tokenizer("Longformer").save_pretrained(served)
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch) as asked:
        model = load("some/model")
        assert model.name == "some/model"
        assert all(torch.equal(model.model.state_dict()[name], tensor) for name, tensor in saved.state_dict().items())
        assert "network" in refusal("some/other")
        asked.clear()
        load("some/model", download=False)
        assert asked == []
    load("some/model")  # the hub is gone: what is here will do


def test_weights_that_did_not_arrive_are_not_downloaded(tmp_path, monkeypatch):
    served = tmp_path / "served" / "some" / "model"
    small.save(served, "Longformer")
    (served / "model.safetensors").rename(tmp_path / "weights")
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch):
        assert "no such file" in refusal("some/model")
        with pytest.raises(NotDownloadedError):
            load("some/model", download=False)


def test_an_official_pickled_checkpoint_is_read_once_and_kept_as_safetensors(tmp_path, monkeypatch):
    served = tmp_path / "served" / OFFICIAL
    saved = small.save(served, "Longformer", "ForMaskedLM")
    (served / "model.safetensors").unlink()
    torch.save(as_official(saved), served / "pytorch_model.bin")
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch) as asked:
        model = load(OFFICIAL)
        assert sum("pytorch_model.bin" in path for path in asked) > 0
        asked.clear()
        load(OFFICIAL)
        assert not any("pytorch_model.bin" in path for path in asked)
        asked.clear()
        load(OFFICIAL, download=False)
        assert asked == []
    for name, tensor in saved.longformer.state_dict().items():
        assert torch.equal(model.encoder.state_dict()[name], tensor)
    kept = [path for path in (tmp_path / "own cache").rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert {path.suffix for path in kept} == {".safetensors", ".json"}


def test_pickled_weights_of_anybody_else_are_never_read(tmp_path, monkeypatch, canary):
    served = tmp_path / "served" / "some" / "model"
    small.save(served, "Longformer")
    (served / "model.safetensors").unlink()
    (served / "pytorch_model.bin").write_bytes(pickle.dumps(Code(canary)))
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch) as asked:
        assert "model.safetensors" in refusal("some/model")
        assert not any("pytorch_model.bin" in path for path in asked)
    assert "only pickled weights" in refusal(served)
    assert not canary.exists()


def test_a_pickle_with_code_in_an_official_checkpoint_is_refused(tmp_path, monkeypatch, canary):
    served = tmp_path / "served" / OFFICIAL
    saved = small.save(served, "Longformer")
    (served / "model.safetensors").unlink()
    torch.save(as_official(saved) | {"more": Code(canary)}, served / "pytorch_model.bin")
    with hub(tmp_path / "served", tmp_path / "hub cache", monkeypatch):
        assert "None of its code was run" in refusal(OFFICIAL)
    assert not canary.exists()
    assert not list((tmp_path / "own cache").rglob("*.safetensors"))


def as_official(saved):
    """Its tensors as the official .bin files have them: buffers of old versions of transformers among them."""
    stem = "" if saved.base_model is saved else "longformer."
    positions = torch.arange(saved.config.max_position_embeddings)[None]
    return dict(saved.state_dict()) | {f"{stem}embeddings.position_ids": positions}


@pytest.mark.parametrize("zipped", [True, False])
def test_honest_pickled_tensors_are_accepted(tmp_path, zipped):
    saved = small.model("Longformer", "ForQuestionAnswering")
    saved.config.architectures = ["LongformerForQuestionAnswering"]
    torch.save(as_official(saved), tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    unpickle_checked(tmp_path / "pytorch_model.bin", saved.config, tmp_path / "model.safetensors")
    kept = load_file(tmp_path / "model.safetensors")
    assert set(kept) == set(saved.state_dict())
    assert all(torch.equal(tensor, saved.state_dict()[name]) for name, tensor in kept.items())


def test_honest_pickled_tensors_of_an_led_are_accepted(tmp_path):
    saved = small.model("LED", "ForConditionalGeneration")
    saved.config.architectures = ["LEDForConditionalGeneration"]
    torch.save(saved.state_dict(), tmp_path / "pytorch_model.bin")
    unpickle_checked(tmp_path / "pytorch_model.bin", saved.config, tmp_path / "model.safetensors")
    assert "led.encoder.layers.0.self_attn.longformer_self_attn.query_global.weight" in load_file(
        tmp_path / "model.safetensors"
    )


QUERY = "encoder.layer.0.attention.self.query.weight"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda tensors: tensors | {QUERY: torch.zeros(7, 7)}, f"'{QUERY}' has another shape"),
        (
            lambda tensors: {name: tensor for name, tensor in tensors.items() if name != QUERY},
            f"'{QUERY}' is missing",
        ),
        (lambda tensors: tensors | {"encoder.layer.9.extra": torch.zeros(1)}, "'encoder.layer.9.extra' is unknown"),
        (lambda tensors: tensors | {"words": ["no", "tensor"]}, "no table of tensors"),
        (lambda tensors: list(tensors.values()), "no table of tensors"),
        (lambda _: {}, "is missing"),
    ],
)
def test_other_pickled_tensors_are_refused(tmp_path, spoil, complaint):
    saved = small.model("Longformer")
    torch.save(spoil(as_official(saved)), tmp_path / "pytorch_model.bin")
    with pytest.raises(InputError) as caught:
        unpickle_checked(tmp_path / "pytorch_model.bin", saved.config, tmp_path / "model.safetensors")
    assert complaint in str(caught.value)
    assert not (tmp_path / "model.safetensors").exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda file, code: file.write_bytes(pickle.dumps(code, protocol=2)),
        lambda file, code: file.write_bytes(pickle.dumps({"x": code}, protocol=0)),
        lambda file, code: torch.save({"x": code}, file),
        lambda file, code: torch.save({"x": code}, file, _use_new_zipfile_serialization=False),
    ],
)
def test_pickled_code_is_never_run(tmp_path, canary, write):
    pickle.loads(pickle.dumps(Code(canary))).close()
    assert canary.exists()  # so it would be, were it unpickled
    canary.unlink()
    write(tmp_path / "pytorch_model.bin", Code(canary))
    with pytest.raises(InputError, match="None of its code was run"):
        unpickle_checked(tmp_path / "pytorch_model.bin", small.model("Longformer").config, tmp_path / "out")
    assert not canary.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_damaged_pickles_are_refused(tmp_path, zipped):
    config = small.model("Longformer").config
    whole, cut = tmp_path / "whole.bin", tmp_path / "cut.bin"
    torch.save(small.model("Longformer").state_dict(), whole, _use_new_zipfile_serialization=zipped)
    content = whole.read_bytes()
    for size in (0, 1, 3, 10, 100, 1000, len(content) // 2, len(content) - 1):
        cut.write_bytes(content[:size])
        with pytest.raises(InputError, match="must be plain tensors"):
            unpickle_checked(cut, config, tmp_path / "out")
    cut.write_bytes(b"<html>not found</html>")
    with pytest.raises(InputError, match="must be plain tensors"):
        unpickle_checked(cut, config, tmp_path / "out")


@pytest.mark.parametrize("model_type", ["longformer", "bert", "evil"])
def test_code_in_a_folder_is_never_run(folder, canary, model_type):
    code = f"open({str(canary)!r}, 'w').close()\n" + "\n".join(
        f"class {name}: pass" for name in ("Config", "Model", "Words")
    )
    (folder / "evil.py").write_text(code)
    auto_map = {
        "AutoConfig": "evil.Config",
        "AutoModel": "evil.Model",
        "AutoTokenizer": ["evil.Words", "evil.Words"],
    }
    small.change_config(folder, model_type=model_type, auto_map=auto_map, trust_remote_code=True)
    file = folder / "tokenizer_config.json"
    settings = json.loads(file.read_text()) | {"auto_map": auto_map, "tokenizer_class": "Words"}
    file.write_text(json.dumps(settings))
    if model_type == "longformer":
        assert load(str(folder)).count_tokens(TEXT) > 3
    else:
        refusal(folder)
    assert not canary.exists()


def test_a_folder_without_weights(folder):
    (folder / "model.safetensors").unlink()
    message = refusal(folder)
    assert "model.safetensors" in message
    assert "pickled" not in message


def test_truncated_safetensors(folder):
    file = folder / "model.safetensors"
    content = file.read_bytes()
    for size in (0, 4, 100, len(content) - 10):
        file.write_bytes(content[:size])
        assert "must be undamaged" in refusal(folder)
    file.write_bytes(b"\xff" * 100)
    assert "must be undamaged" in refusal(folder)


def test_weights_of_another_model(folder, tmp_path):
    save_file({"wte.weight": torch.zeros(10, 4)}, folder / "model.safetensors", {"format": "pt"})
    assert "must match its config" in refusal(folder)
    small.save(tmp_path / "led", "LED")
    shutil.copyfile(tmp_path / "led" / "model.safetensors", folder / "model.safetensors")
    assert "must match its config" in refusal(folder)


@pytest.mark.parametrize(
    "lacking", ["key_global.weight", "1.attention.self.query", "word_embeddings", "LayerNorm.bias"]
)
def test_half_a_model(folder, lacking):
    change_tensors(folder, lambda tensors: {key: value for key, value in tensors.items() if lacking not in key})
    assert lacking.split(".")[-1] in refusal(folder)


def test_a_head_that_was_never_trained(folder, tmp_path):
    small.change_config(folder, architectures=["LongformerForQuestionAnswering"])
    assert "qa_outputs" in refusal(folder)
    small.save(tmp_path / "bert", "Bert", "ForSequenceClassification")
    change_tensors(
        tmp_path / "bert", lambda tensors: {key: value for key, value in tensors.items() if "pooler" not in key}
    )
    assert "pooler" in refusal(tmp_path / "bert")


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", '"longformer"', "{}", '{"model_type": null}', b"\xff\xfe\x00", "[" * 100_000]
)
def test_a_config_that_is_none(folder, content):
    (folder / "config.json").unlink()
    if content is not None:
        (folder / "config.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    message = refusal(folder)
    assert "config.json" in message or "must belong to a family" in message


@pytest.mark.parametrize("model_type", ["<b>x</b>" * 50, 5, ["longformer"], {"a": 1}])
def test_a_family_that_does_not_exist(folder, model_type):
    small.change_config(folder, model_type=model_type)
    assert "must belong to a family in transformers" in refusal(folder)


@pytest.mark.parametrize("model_type", ["gpt2", "big_bird", "llama"])
def test_weights_of_another_family(folder, model_type):
    small.change_config(folder, model_type=model_type)
    assert "must match its config" in refusal(folder) or "must be undamaged" in refusal(folder)


LIES = [
    {"hidden_size": 64},
    {"hidden_size": 30},
    {"hidden_size": "32"},
    {"hidden_size": 0},
    {"num_hidden_layers": 1},
    {"num_hidden_layers": 3},
    {"num_hidden_layers": 0},
    {"num_attention_heads": 5},
    {"num_attention_heads": 0},
    {"vocab_size": 10},
    {"vocab_size": 99_999},
    {"intermediate_size": 3},
    {"max_position_embeddings": 9},
    {"max_position_embeddings": 99_999},
    {"pad_token_id": None},
    {"pad_token_id": 99_999},
    {"hidden_act": "nonsense"},
    {"layer_norm_eps": "x"},
    {"dtype": "nonsense"},
    {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}},
    {"quantization_config": {"quant_method": "gptq", "bits": 4}},
]


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize("family", ["Longformer", "Bert"])
@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_config_that_lies(tmp_path, family, lie):
    small.save(tmp_path, family)
    small.change_config(tmp_path, **lie)
    refusal(tmp_path)


@pytest.mark.parametrize(
    "lie",
    [
        {"attention_window": [8]},
        {"attention_window": [8, 8, 8]},
        {"attention_window": [7, 8]},
        {"attention_window": [0, 8]},
        {"attention_window": "wide"},
        {"attention_window": None},
        {"model_type": "led"},
        {"model_type": "roberta", "num_hidden_layers": 3},
    ],
    ids=str,
)
def test_a_longformer_config_that_lies(folder, lie):
    small.change_config(folder, **lie)
    refusal(folder)


def test_what_does_not_fit_is_named(folder):
    small.change_config(folder, vocab_size=10)
    assert "'embeddings.word_embeddings.weight'" in refusal(folder)


@pytest.mark.parametrize("named", [None, [], "LongformerModel", 5, [5], ["LongformerForNothing"], ["os.system"]])
def test_a_class_that_is_none_opens_as_the_base(folder, named):
    small.change_config(folder, architectures=named)
    assert type(load(str(folder)).model).__name__ == "LongformerModel"


def test_a_trained_length_that_is_none(folder):
    for lie in ("many", -5, 10**9, None):
        small.change_config(folder, trained_tokens=lie)
        assert load(str(folder)).trained_tokens == 200


def test_a_folder_without_a_tokenizer_or_with_a_broken_one(folder):
    (folder / "tokenizer.json").write_text("{}")
    assert "must be undamaged" in refusal(folder)


@pytest.mark.parametrize("beside_a_model", [False, True])
def test_adapters_are_refused_and_their_pickles_never_read(folder, canary, beside_a_model):
    (folder / "adapter_config.json").write_text(
        json.dumps(
            {"peft_type": "LORA", "base_model_name_or_path": "some/model", "r": 4, "target_modules": ["query"]}
        )
    )
    (folder / "adapter_model.bin").write_bytes(pickle.dumps(Code(canary)))
    if not beside_a_model:
        (folder / "config.json").unlink()
        (folder / "model.safetensors").unlink()
    assert "is an adapter" in refusal(folder)
    assert not canary.exists()


def test_loading_in_several_threads_leaves_transformers_as_it_was(tmp_path):
    saved = {family: small.save(tmp_path / family, family) for family in ("Longformer", "LED", "Bert", "Roberta")}
    patched = {
        (owner, name): getattr(owner, name)
        for owner, name in ((PreTrainedModel, "tie_weights"), (PreTrainedModel, "init_weights"), (torch, "linspace"))
    }

    def open_one(number):
        return load(str(tmp_path / list(saved)[number % len(saved)]))

    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_one, range(16)))
    for (owner, name), original in patched.items():
        assert getattr(owner, name) is original
    led = opened[1].model.state_dict()
    assert all(torch.equal(led[name], tensor) for name, tensor in saved["LED"].state_dict().items())
