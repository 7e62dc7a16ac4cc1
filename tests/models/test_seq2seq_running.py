"""`run_seq2seq` on a small LED, against transformers' eager attention."""

import pytest
import torch
from transformers import LEDForConditionalGeneration

from longformer_viz import AttentionSpec, InputError, load, run_seq2seq
from longformer_viz.documents.samples import sample
from tests.models import small

NEAR = {"atol": 1e-5, "rtol": 0}
POSITIONS = (0, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("led")
    changes = {"decoder_layers": 2, "decoder_start_token_id": 2, "forced_eos_token_id": None}
    small.save(path, "LED", "ForConditionalGeneration", **changes)
    return path


@pytest.fixture(scope="module")
def model(folder):
    return load(str(folder))


@pytest.fixture(scope="module")
def stock(folder):
    return LEDForConditionalGeneration.from_pretrained(folder, attn_implementation="eager").eval()


@pytest.fixture(scope="module")
def document(model):
    return model.tokenize(sample("library_notice").text, limit=90)


def batch_of(document):
    ids = torch.tensor([document.ids])
    marked = torch.zeros_like(ids)
    marked[0, list(POSITIONS)] = 1
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "global_attention_mask": marked}


def assert_equals_stock(trace, stock, document):
    inputs = torch.tensor([trace.decoder.tokens.ids])
    with torch.no_grad():
        theirs = stock(**batch_of(document), decoder_input_ids=inputs, use_cache=False, output_attentions=True)
    for layer in range(2):
        for head in range(small.HEADS):
            own, cross = theirs.decoder_attentions[layer][0, head], theirs.cross_attentions[layer][0, head]
            torch.testing.assert_close(trace.decoder.weights(layer, head), own, **NEAR)
            torch.testing.assert_close(trace.cross.weights(layer, head), cross, **NEAR)


def test_weights_for_a_target_text_equal_eager(model, stock, document):
    trace = run_seq2seq(model, document, "Books are due.", AttentionSpec(global_positions=POSITIONS))
    assert trace.decoder.tokens.ids[0] == 2
    assert trace.decoder.tokens.ids[1:] == model.tokenize("Books are due.").ids[:-1]
    assert trace.encoder.global_positions == POSITIONS
    assert_equals_stock(trace, stock, document)


def test_a_generated_target_is_that_of_transformers(model, stock, document):
    trace = run_seq2seq(model, document, spec=AttentionSpec(global_positions=POSITIONS), max_new_tokens=12)
    expected = stock.generate(**batch_of(document), max_new_tokens=12)[0].tolist()
    assert list(trace.decoder.tokens.ids) == expected[:-1]
    assert_equals_stock(trace, stock, document)


def test_parts_of_the_cross_attention_agree_with_the_whole(model, document):
    cross = run_seq2seq(model, document, "Books are due.").cross
    whole = cross.weights(1, 2)
    assert whole.shape == (len(cross.queries), len(document))
    torch.testing.assert_close(whole.sum(-1), torch.ones(len(cross.queries)))
    torch.testing.assert_close(cross.weights(1, 2, slice(1, 3), slice(4, 9)), whole[1:3, 4:9], **NEAR)
    query, key, weight = cross.strongest(1, 2, 3)[0]
    assert weight == pytest.approx(float(whole.max()))
    assert float(whole[query, key]) == pytest.approx(weight)
    small_picture = cross.overview(1, 2, 4)
    assert small_picture.shape == (4, 4)
    assert float(small_picture.max()) == pytest.approx(weight)
    torch.testing.assert_close(cross.overview(1, 2), whole, **NEAR)


@pytest.mark.parametrize("place", [(2, 0), (0, small.HEADS), (-1, 0)])
def test_a_head_that_does_not_exist_is_refused(model, document, place):
    with pytest.raises(InputError):
        run_seq2seq(model, document, "Books.").cross.weights(*place)


def test_what_cannot_run_is_refused(model, document, default_model, tmp_path):
    with pytest.raises(InputError, match="needs an LED, T5 or LongT5"):
        run_seq2seq(default_model, "A text.", "A text.")
    with pytest.raises(InputError, match=r"from 1 to 20\. You entered 21"):
        run_seq2seq(model, document, max_new_tokens=21)
    with pytest.raises(InputError, match="decoder reads at most 20 tokens"):
        run_seq2seq(model, document, "Books are due. " * 9)
    with pytest.raises(InputError, match=r"must be a str\. You entered int"):
        run_seq2seq(model, document, 5)
    small.save(tmp_path, "LED")
    with pytest.raises(InputError, match="LEDModel has none"):
        run_seq2seq(load(str(tmp_path)), document)
