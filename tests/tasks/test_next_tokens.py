"""The loss of each token against transformers' own, with the model's pattern and with a narrower window."""

import math

import pytest
import torch
import transformers

from longformer_viz.models.loading import load
from longformer_viz.spec import InputError
from longformer_viz.tasks import next_tokens as module
from longformer_viz.tasks.answering import answer
from longformer_viz.tasks.classifying import classify
from longformer_viz.tasks.next_tokens import next_tokens
from tests.hf.small_families import FAMILIES, WINDOW
from tests.models.test_families import LENGTH, TEXT, TOKENS, tokenizer

DECODERS = {
    "llama": "LlamaForCausalLM",
    "gemma2": "Gemma2ForCausalLM",
    "gpt_oss": "GptOssForCausalLM",
    "cohere2": "Cohere2ForCausalLM",
    "gpt2": "GPT2LMHeadModel",
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Folders of small decoders with heads, by family."""
    folders = {}
    for name, model_class in DECODERS.items():
        base = FAMILIES[name].make()
        model = getattr(transformers, model_class)(base.config)
        model.base_model.load_state_dict(base.state_dict())
        torch.manual_seed(1)
        torch.nn.init.normal_(model.get_output_embeddings().weight, std=0.5)
        folders[name] = tmp_path_factory.mktemp(name)
        model.save_pretrained(folders[name])
        tokenizer(wrapped=False).save_pretrained(folders[name])
    return folders


def expected_bits(folder, allowed=None):
    """What eager transformers says, with its own pattern or with one mask `[n, n]` in every layer."""
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    ids = torch.tensor([TOKENS.ids])
    mask = None
    if allowed is not None:
        both = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
        kinds = getattr(model.config, "layer_types", None) or ["full_attention"]
        masks = {}
        for kind in set(kinds):
            own = both.triu(1 - WINDOW) if kind == "sliding_attention" else both
            masks[kind] = torch.zeros(1, 1, LENGTH, LENGTH).masked_fill(
                ~(own & allowed), torch.finfo(torch.float32).min
            )
        mask = masks if len(masks) > 1 else masks["full_attention"]
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[0, :-1]
    return -logits.log_softmax(-1).gather(-1, ids[0, 1:, None])[:, 0] / math.log(2)


@pytest.mark.parametrize("name", DECODERS)
def test_the_loss_is_that_of_transformers(saved, name):
    told = []
    found = next_tokens(load(str(saved[name])), TOKENS, progress=told.append)
    assert found.bits[0].isnan()
    torch.testing.assert_close(found.bits[1:], expected_bits(saved[name]), atol=1e-3, rtol=1e-4)
    assert found.mean_bits == pytest.approx(float(found.bits[1:].mean()))
    torch.testing.assert_close(found.probabilities[1:].log2(), -found.bits[1:])
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


@pytest.mark.parametrize("first", [0, 1, 5])
@pytest.mark.parametrize("name", DECODERS)
def test_a_narrower_window_is_that_of_a_mask(saved, name, first):
    window = 10
    position = torch.arange(LENGTH)
    allowed = (position[:, None] - position < window) | (position < first)
    told = []
    found = next_tokens(load(str(saved[name])), TOKENS, window, first, told.append)
    torch.testing.assert_close(found.bits[1:], expected_bits(saved[name], allowed), atol=1e-3, rtol=1e-4)
    assert told == sorted(told)
    assert told[:-1], "each layer is told, so that a pass can be cancelled"
    assert told[-1] == pytest.approx(1)


def test_a_window_counts_as_a_configuration_does(tmp_path):
    """A model without a window, narrowed, is the same model with that `sliding_window`."""
    torch.manual_seed(0)
    config = FAMILIES["mistral"].make().config
    plain = transformers.MistralForCausalLM(config)
    for window in (None, 9):
        plain.config.sliding_window = window
        plain.save_pretrained(tmp_path / str(window))
        tokenizer(wrapped=False).save_pretrained(tmp_path / str(window))
    wide, narrow = load(str(tmp_path / "None")), load(str(tmp_path / "9"))
    assert (wide.reaches[0].left, narrow.reaches[0].left) == (None, 8)
    expected = next_tokens(narrow, TOKENS).bits
    torch.testing.assert_close(next_tokens(wide, TOKENS, 9).bits, expected, equal_nan=True)
    assert (next_tokens(wide, TOKENS, 10).bits - expected).nan_to_num().abs().max() > 1e-3


def test_a_window_wider_than_the_document_changes_nothing_and_few_rows_agree_with_many(saved, monkeypatch):
    model = load(str(saved["llama"]))
    own = next_tokens(model, TOKENS)
    torch.testing.assert_close(next_tokens(model, TOKENS, LENGTH).bits, own.bits, equal_nan=True)
    monkeypatch.setattr(module, "_LOGITS", 500)
    torch.testing.assert_close(next_tokens(model, TOKENS).bits, own.bits, equal_nan=True)
    assert math.isnan(next_tokens(model, "w5").mean_bits)


def test_what_cannot_be_asked_is_refused_with_the_reason(saved, default_model):
    decoder = load(str(saved["llama"]))
    with pytest.raises(InputError, match="is an encoder, which sees later tokens too"):
        next_tokens(default_model, "words")
    with pytest.raises(InputError, match=r"Answers need an encoder.*is a decoder"):
        answer(decoder, "what?", TEXT)
    with pytest.raises(InputError, match=r"need an encoder.*is a decoder"):
        classify(decoder, TEXT, ["contract", "letter"])
    for window, first in ((0, 0), (2.5, 0), (8, -1)):
        with pytest.raises(InputError, match="must be a whole number"):
            next_tokens(decoder, TEXT, window, first)


def test_a_decoder_without_a_head_is_refused(tmp_path):
    FAMILIES["llama"].make().save_pretrained(tmp_path)
    tokenizer(wrapped=False).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="has no head for the next token"):
        next_tokens(load(str(tmp_path)), TEXT)
