"""`run_seq2seq` on a small T5 and LongT5, against transformers' eager attention."""

import pytest
import torch
import transformers

from longformer_viz import AttentionSpec, InputError, load, run, run_seq2seq
from tests.hf.small_families import FAMILIES
from tests.hf.test_longt5 import make
from tests.models.test_families import TEXT, TOKENS, tokenizer

TARGET = "w9 w40 w7 w22 w9 w61"
SPECIAL = {"decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 2}


def small(name):
    if name == "t5":
        torch.manual_seed(0)
        settings = FAMILIES["t5"].settings | SPECIAL | {"num_decoder_layers": 2}
        model = transformers.T5ForConditionalGeneration(transformers.T5Config(**settings))
        for weight in model.parameters():
            if weight.ndim == 2:
                weight.data = torch.randn(weight.shape) * 0.7 / weight.shape[-1] ** 0.5
        return model.eval()
    return make(name, transformers.LongT5ForConditionalGeneration, num_decoder_layers=2, **SPECIAL)


@pytest.fixture(scope="module", params=["t5", "local", "transient-global"])
def folder(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("seq2seq")
    small(request.param).save_pretrained(path)
    tokenizer(wrapped=True).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def model(folder):
    return load(str(folder))


@pytest.fixture(scope="module")
def stock(folder):
    return transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, attn_implementation="eager").eval()


def assert_equals_stock(trace, stock):
    ids = torch.tensor([TOKENS.ids])
    inputs = torch.tensor([trace.decoder.tokens.ids])
    with torch.no_grad():
        theirs = stock(input_ids=ids, decoder_input_ids=inputs, use_cache=False, output_attentions=True)
    assert len(trace.decoder.layers) == len(trace.cross.layers) == 2
    for layer in range(2):
        for head in range(4):
            own, cross = theirs.decoder_attentions[layer][0, head], theirs.cross_attentions[layer][0, head]
            torch.testing.assert_close(trace.decoder.weights(layer, head), own, atol=1e-5, rtol=0)
            torch.testing.assert_close(trace.cross.weights(layer, head), cross, atol=1e-5, rtol=0)


def test_weights_for_a_target_text_equal_eager(model, stock):
    trace = run_seq2seq(model, TOKENS, TARGET)
    assert trace.decoder.tokens.ids == (0, *model.tokenize(TARGET).ids[:-1])
    assert trace.decoder.causal_layers == (True, True)
    torch.testing.assert_close(trace.encoder.weights(1, 2), run(model, TOKENS).weights(1, 2))
    assert_equals_stock(trace, stock)


def test_a_generated_target_is_that_of_transformers(model, stock):
    trace = run_seq2seq(model, TOKENS, max_new_tokens=9)
    expected = stock.generate(input_ids=torch.tensor([TOKENS.ids]), max_new_tokens=9)[0].tolist()
    assert list(trace.decoder.tokens.ids) == expected[:-1]
    assert_equals_stock(trace, stock)


def test_another_window_or_an_encoder_alone_is_refused(model, tmp_path):
    with pytest.raises(InputError, match="its own windows"):
        run_seq2seq(model, TEXT, TARGET, AttentionSpec(window=8))
    make("local").save_pretrained(tmp_path)
    tokenizer(wrapped=True).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="T5 or LongT5 with its decoder"):
        run_seq2seq(load(str(tmp_path)), TEXT, TARGET)


def test_a_model_without_a_start_token_is_refused(tmp_path):
    make("local", transformers.LongT5Model, num_decoder_layers=2).save_pretrained(tmp_path)
    tokenizer(wrapped=True).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="decoder_start_token_id"):
        run_seq2seq(load(str(tmp_path)), TEXT, TARGET)
