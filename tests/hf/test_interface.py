"""Models that run on our implementation of transformers' attention interface give the outputs of `eager`."""

import pytest
import torch
from transformers import MistralModel

from longformer_viz.hf.attention_masks import description_of, reach_mask, reach_of
from longformer_viz.hf.interface import register
from longformer_viz.hf.recording import recording
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError
from tests.hf.small_families import FAMILIES, WINDOW

LENGTH = 5 * WINDOW
register()


class Recorder:
    def __init__(self):
        self.layers = []

    def attention(self, layer):
        self.layers.append(layer)


def ids_of(shape, seed=0):
    return torch.randint(3, 100, shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", FAMILIES)
def test_outputs_equal_those_of_eager(name):
    ids = ids_of((1, LENGTH))
    expected, got = (
        FAMILIES[name].make(implementation)(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        for implementation in ("eager", register())
    )
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_padding_on_both_sides(name):
    ids = ids_of((2, LENGTH))
    mask = torch.ones_like(ids)
    mask[0, :37] = mask[1, 90:] = 0
    expected, got = (
        FAMILIES[name].make(implementation)(input_ids=ids, attention_mask=mask).last_hidden_state[mask.bool()]
        for implementation in ("eager", register())
    )
    torch.testing.assert_close(got, expected, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_counts_its_window_in_its_own_way(name):
    family, recorder = FAMILIES[name], Recorder()
    ids = ids_of((1, LENGTH))
    options = {"use_cache": False} if family.is_decoder else {}
    with recording(recorder):
        family.make(register())(input_ids=ids, attention_mask=torch.ones_like(ids), **options)
    assert tuple((layer.reach.left, layer.reach.right) for layer in recorder.layers) == family.reach
    # What eager gives no weight is what the reach forbids.
    weights = family.make("eager")(input_ids=ids, output_attentions=True).attentions
    position = torch.arange(LENGTH)
    for layer, of_layer in zip(recorder.layers, weights, strict=True):
        allowed = layer.reach.allows(position[:, None], position)
        assert (of_layer[0].amax(0) > 0).equal(allowed)


@pytest.mark.parametrize("name", ["gemma3_text", "mistral", "gpt_oss", "gemma2", "cohere2"])
def test_a_cache_continues_the_text(name):
    ids = ids_of((1, LENGTH))
    model = FAMILIES[name].make(register())
    whole = model(input_ids=ids).last_hidden_state
    cache, parts = None, []
    for part in ids.split([2 * WINDOW, 7, 1, 1, LENGTH - 2 * WINDOW - 9], 1):
        outputs = model(input_ids=part, past_key_values=cache, use_cache=True)
        cache = outputs.past_key_values
        parts.append(outputs.last_hidden_state)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=2e-5, rtol=1e-5)


def test_packed_texts_stay_apart():
    ids = ids_of((1, LENGTH))
    positions = torch.cat([torch.arange(50), torch.arange(LENGTH - 50)])[None]
    expected, got = (
        FAMILIES["mistral"].make(implementation)(input_ids=ids, position_ids=positions, use_cache=False)
        for implementation in ("eager", register())
    )
    torch.testing.assert_close(got.last_hidden_state, expected.last_hidden_state, atol=1e-5, rtol=1e-5)


def test_a_mask_of_the_callers_own():
    ids = ids_of((1, 40))
    mask = torch.rand(1, 1, 40, 40, generator=torch.Generator().manual_seed(0)) > 0.5
    mask |= torch.eye(40, dtype=torch.bool)
    additive = torch.zeros(mask.shape).masked_fill(~mask, torch.finfo(torch.float32).min)
    expected = FAMILIES["llama"].make("eager")(input_ids=ids, attention_mask=additive).last_hidden_state
    model = FAMILIES["llama"].make(register())
    for own in (mask, additive):
        got = model(input_ids=ids, attention_mask=own).last_hidden_state
        torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)
    with pytest.raises(InputError, match="passes another mask"), recording(Recorder()):
        model(input_ids=ids, attention_mask=mask)


@pytest.mark.parametrize("name", ["modernbert", "mistral", "gpt_oss", "gemma2"])
def test_training_has_the_gradients_of_eager(name):
    ids = ids_of((2, LENGTH))
    mask = torch.ones_like(ids)
    mask[1, 100:] = 0
    gradients = []
    for implementation in ("eager", register()):
        model = FAMILIES[name].make(implementation).requires_grad_(True)
        output = model(input_ids=ids, attention_mask=mask).last_hidden_state
        (output * mask[..., None]).pow(2).mean().backward()
        gradients.append({key: weight.grad for key, weight in model.named_parameters() if weight.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for key, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][key], expected, atol=1e-5, rtol=1e-3)


def test_no_mask_of_n_by_n_is_made():
    mask = reach_mask(2, 5000, 5000, attention_mask=torch.ones(2, 5000, dtype=torch.bool), local_size=None)
    assert mask.shape == (2, 5000)
    assert mask.untyped_storage().nbytes() < 100
    assert description_of(mask).reach == LayerReach(None, 0)


def test_a_window_wider_than_the_text_is_still_stated():
    config = FAMILIES["mistral"].make(register()).config
    config.sliding_window = 4096

    recorder = Recorder()
    with recording(recorder), torch.no_grad():
        MistralModel(config)(input_ids=ids_of((1, 50)), use_cache=False)
    assert {layer.reach for layer in recorder.layers} == {LayerReach(4095, 0)}


@pytest.mark.parametrize(
    "mask_function",
    [
        lambda document, head, query, key: (key // 16 == query // 16) & (key <= query),  # chunks
        lambda document, head, query, key: (key <= query) & (key % 3 == 0),  # strided
        lambda document, head, query, key: (key <= query) | ((query > 20) & (query < 30) & (key < 30)),  # a block
        lambda document, head, query, key: key <= query + document,  # documents that differ
    ],
)
def test_what_is_no_window_is_told_apart(mask_function):
    assert reach_of(mask_function, 2, 0, 60, 0, 60) is None


def test_padding_and_gradients_cannot_be_recorded():
    model = FAMILIES["llama"].make(register())
    ids = ids_of((1, 20))
    mask = torch.ones_like(ids)
    mask[0, 0] = 0
    with pytest.raises(InputError, match="without padding"), recording(Recorder()):
        model(input_ids=ids, attention_mask=mask)
    with pytest.raises(InputError, match="no_grad"), recording(Recorder()):
        model.requires_grad_(True)(input_ids=ids)
