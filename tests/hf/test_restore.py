"""`restore` is the inverse of `speed_up`: transformers' own classes and behaviour, in place."""

import copy
import pickle

import pytest
import torch
from torch import nn
from transformers import (
    LEDForConditionalGeneration,
    LongformerForSequenceClassification,
    LongformerModel,
)

from longformer_viz import AttentionSpec, InputError, override, restore, speed_up
from tests.hf.small_models import (
    EVERYTHING,
    assert_same,
    assert_same_gradients,
    documents,
    gradients,
    led,
    longformer,
    outputs,
)

MODELS = {
    "longformer": longformer,
    "chunked": lambda: longformer(chunk_size_feed_forward=8),
    "head": lambda: longformer(LongformerForSequenceClassification),
    "led": led,
    "led with a head": lambda: led(LEDForConditionalGeneration),
}


def _kinds(model):
    return [type(module) for module in model.modules()]


def _settings(model):
    return [
        {name: value for name, value in vars(module).items() if not name.startswith("_")}
        for module in model.modules()
    ]


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize(
    "between",
    [lambda model: model, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)), speed_up],
    ids=["at once", "deepcopy", "pickle", "twice sped up"],
)
def test_it_undoes_speed_up(make, between):
    model = make()
    fast = between(speed_up(copy.deepcopy(model)))
    assert _kinds(fast) != _kinds(model)
    weights = dict(fast.named_parameters())
    back = restore(fast)
    assert back is fast
    assert _kinds(back) == _kinds(model)
    assert [kept.keys() for kept in _settings(back)] == [kept.keys() for kept in _settings(model)]
    assert all(parameter is weights[name] for name, parameter in back.named_parameters())
    batch = documents(40)
    assert torch.equal(outputs(back, batch)[0], outputs(model, batch)[0])  # bit for bit: the same code
    assert_same(outputs(back, batch, **EVERYTHING), outputs(model, batch, **EVERYTHING), 0)
    assert_same_gradients(gradients(back, batch), gradients(model, batch))


def test_chunks_of_the_feed_forward_layer_stay():
    model = restore(speed_up(longformer(chunk_size_feed_forward=8)))
    assert [layer.chunk_size_feed_forward for layer in model.encoder.layer] == [8] * 3


def test_once_more_and_on_a_stock_model_it_changes_nothing():
    model = longformer()
    kinds = _kinds(model)
    assert _kinds(restore(model)) == kinds
    assert _kinds(restore(restore(speed_up(model)))) == kinds


def test_what_was_changed_meanwhile_stays():
    fast = speed_up(longformer())
    calls = []
    attention = fast.encoder.layer[1].attention.self
    attention.one_sided_attn_window_size = 2
    attention.register_forward_hook(lambda *_: calls.append(1))
    batch = documents(48)
    expected = outputs(fast, batch, **EVERYTHING)
    assert_same(outputs(restore(fast), batch, **EVERYTHING), expected)
    assert calls == [1, 1]


def test_gradient_checkpointing_goes_on():
    fast = speed_up(longformer()).train()
    batch = documents(48)
    expected = {name: grad.clone() for name, grad in gradients(fast, batch).items() if grad is not None}
    fast.gradient_checkpointing_enable()
    grads = gradients(restore(fast), batch)
    assert_same_gradients({name: grads[name] for name in expected}, expected)


def test_a_restored_model_is_saved_and_loaded(tmp_path):
    fast = speed_up(longformer())
    fast.save_pretrained(tmp_path)
    loaded = speed_up(LongformerModel.from_pretrained(tmp_path).eval())
    batch = documents(33)
    assert_same(outputs(restore(loaded), batch), outputs(fast, batch))
    assert type(loaded.encoder.layer[0]).__module__.startswith("transformers.")


def test_a_restored_model_heeds_no_override():
    model = longformer()
    back = restore(speed_up(copy.deepcopy(model)))
    with override(AttentionSpec(window=4)):
        assert torch.equal(outputs(back, documents(33))[0], outputs(model, documents(33))[0])


@pytest.mark.parametrize("thing", [nn.Linear(2, 2), None, LongformerModel], ids=["linear", "nothing", "class"])
def test_there_is_nothing_to_restore(thing):
    with pytest.raises(InputError, match=r"^restore takes a transformers model .* has none\."):
        restore(thing)


def test_a_class_made_from_a_sped_up_one_is_refused_as_a_whole():
    fast = speed_up(longformer())
    layer = fast.encoder.layer[1]
    layer.__class__ = type("Sharded", (type(layer),), {})
    kinds = _kinds(fast)
    with pytest.raises(InputError, match="Sharded was derived from one of them"):
        restore(fast)
    assert _kinds(fast) == kinds
