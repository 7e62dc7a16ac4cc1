"""A whole LED: encoder, decoder and cross-attention against transformers' eager attention."""

import copy

import pytest
import torch
from transformers import LEDForConditionalGeneration

from longformer_viz import InputError, restore, speed_up
from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.hf.recording import recording
from tests.hf.small_models import assert_same, documents, led

NEAR = {"atol": 1e-5, "rtol": 0}
TARGET = 45


class Recorder:
    def __init__(self):
        self.own, self.cross, self.encoder = [], [], []

    def attention(self, layer):
        (self.cross if layer.is_cross else self.own).append(layer)

    def layer(self, index, spec, query, key, log_sum_exp, rows):
        self.encoder.append((spec, query, key, log_sum_exp, rows))


@pytest.fixture(scope="module")
def pair():
    stock = led(LEDForConditionalGeneration, decoder_layers=2, attn_implementation="eager", use_cache=True)
    return stock, speed_up(copy.deepcopy(stock))


def target_ids(batch: int = 1) -> torch.Tensor:
    return torch.randint(3, 99, (batch, TARGET), generator=torch.Generator().manual_seed(5))


def inputs(length: int = 70) -> dict:
    batch = documents(length, 1)
    return batch | {"decoder_input_ids": target_ids()}


def weights_of(layer) -> torch.Tensor:
    scores = layer.query @ layer.key.mT
    rows, columns = torch.arange(scores.shape[1]), torch.arange(scores.shape[2])
    allowed = layer.reach.allows(rows[:, None], columns)
    return torch.exp(scores - layer.log_sum_exp[..., None]) * allowed


def test_weights_of_the_decoder_and_between_equal_eager(pair):
    stock, ours = pair
    batch = inputs()
    recorder = Recorder()
    with torch.no_grad(), recording(recorder):
        output = ours(**{**batch, "attention_mask": None}, use_cache=False)
    with torch.no_grad():
        theirs = stock(**batch, use_cache=False, output_attentions=True)
    torch.testing.assert_close(output.logits, theirs.logits, atol=1e-5, rtol=1e-5)
    assert len(recorder.own) == len(recorder.cross) == 2
    for kept, expected in ((recorder.own, theirs.decoder_attentions), (recorder.cross, theirs.cross_attentions)):
        for layer, weights in zip(kept, expected, strict=True):
            torch.testing.assert_close(weights_of(layer), weights[0], **NEAR)
    assert recorder.cross[0].key.shape[1] == 70
    assert recorder.cross[0].query.shape[1] == TARGET


def test_local_weights_of_the_encoder_equal_eager(pair):
    stock, ours = pair
    batch = inputs()
    recorder = Recorder()
    with torch.no_grad(), entered_context(RunContext(recorder=recorder)):
        ours.get_encoder()(**documents(70, 1))
    with torch.no_grad():
        theirs = stock.get_encoder()(**documents(70, 1), output_attentions=True).attentions
    marked = batch["global_attention_mask"][0].bool()
    for (spec, query, key, log_sum_exp, _), weights in zip(recorder.encoder, theirs, strict=True):
        half, count = spec.one_sided_window, int(marked.sum())
        dense = torch.exp(query @ key.mT - log_sum_exp[..., None])
        # Their layout: the global columns first, then the band.
        torch.testing.assert_close(dense[:, ~marked][:, :, marked], weights[0][:, ~marked][..., :count], **NEAR)
        for token in range(half, 70 - half):
            if not marked[token]:
                near = torch.arange(token - half, token + half + 1)
                kept = near[~marked[near]] - token + half
                band = weights[0, :, token, count:]
                torch.testing.assert_close(dense[:, token, kept + token - half], band[:, kept], **NEAR)


def test_outputs_with_padding_and_globals_equal_eager(pair):
    stock, ours = pair
    batch = documents(70) | {"decoder_input_ids": target_ids(4)}
    mask = torch.ones_like(batch["decoder_input_ids"])
    mask[1, 30:] = 0
    with torch.no_grad():
        options = {"decoder_attention_mask": mask, "output_attentions": True, "use_cache": False}
        assert_same(ours(**batch, **options), stock(**batch, **options))


@pytest.mark.parametrize("options", [{"do_sample": False}, {"num_beams": 3}])
def test_generation_with_globals_gives_the_same_tokens(pair, options):
    batch = documents(70)
    expected, found = (model.generate(**batch, max_new_tokens=30, **options) for model in pair)
    assert torch.equal(found, expected)
    assert len(set(expected[0].tolist())) > 2


def test_a_recorded_decoder_takes_one_document_without_padding(pair):
    ours = pair[1]
    batch = inputs()
    padded = torch.ones_like(batch["decoder_input_ids"])
    padded[0, 40:] = 0
    for wrong in ({"decoder_attention_mask": padded}, {"use_cache": True}):
        with pytest.raises(InputError, match="one document without padding"), torch.no_grad(), recording(Recorder()):
            ours(**batch, **({"use_cache": False} | wrong))


def test_restore_gives_the_decoder_its_own_class_back(pair):
    model = copy.deepcopy(pair[1])
    restore(model)
    assert {type(module) for module in model.modules()} == {type(module) for module in pair[0].modules()}
