"""What changes in a sped-up model takes effect as in the stock one: windows, layers, chunks, hooks and adapters."""

import copy

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from longformer_viz import AttentionSpec, InputError, override
from tests.hf.small_models import (
    EVERYTHING,
    PROJECTIONS,
    assert_same,
    assert_same_gradients,
    documents,
    gradients,
    led,
    longformer,
    outputs,
    sped_up,
)


def attentions(model):
    return [module for module in model.modules() if hasattr(module, "one_sided_attn_window_size")]


def layers_of(model):
    return model.encoder.layers if hasattr(model.encoder, "layers") else model.encoder.layer


def windows_of_each_layer(model):
    for index, attention in enumerate(attentions(model)):
        attention.one_sided_attn_window_size = 4 // (index % 2 + 1)


def windows_of_config(model):
    model.config.attention_window = [32] * len(attentions(model))


def one_window_of_config(model):
    model.config.attention_window = 64


def numbers_of_layers(model):
    for attention in attentions(model):
        attention.layer_id += 7


def _rearranged(*chosen):
    def change(model):
        layers = [layers_of(model)[index] for index in chosen]
        if hasattr(model.encoder, "layers"):
            model.encoder.layers = nn.ModuleList(layers)
        else:
            model.encoder.layer = nn.ModuleList(layers)

    change.__name__ = f"layers {chosen}"
    return change


def chunked_feed_forward(model):
    for layer in layers_of(model):
        layer.chunk_size_feed_forward = 8


CHANGES = [
    windows_of_each_layer,
    windows_of_config,
    one_window_of_config,
    numbers_of_layers,
    chunked_feed_forward,
    _rearranged(1),
    _rearranged(1, 0),
    _rearranged(0, 1, 0, 1),
    _rearranged(0, 0),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("make", [lambda: longformer(windows=(8, 16)), led], ids=["longformer", "led"])
def test_a_change_takes_effect_as_in_stock(make, change):
    model = make()
    fast = sped_up(model)
    for each in (model, fast):
        change(each)
    batch = documents(64)
    assert_same(outputs(fast, batch, **EVERYTHING), outputs(model, batch, **EVERYTHING))
    assert_same_gradients(gradients(fast, batch), gradients(model, batch))


@pytest.mark.parametrize(
    "spec", [AttentionSpec(window=4), AttentionSpec(window=(4, 64)), AttentionSpec(window=(8, 16))]
)
def test_an_override_wins_over_changed_windows(spec):
    windows = (spec.window,) * 2 if isinstance(spec.window, int) else spec.window
    fast = sped_up(longformer(windows=(8, 16)))
    windows_of_each_layer(fast)
    with override(spec):
        ours = outputs(fast, documents(50))
    assert_same(ours, outputs(longformer(windows=windows), documents(50)))


def test_an_override_counts_layers_where_they_stand():
    model = longformer(windows=(8, 16, 4))
    fast = sped_up(model)
    for each in (model, fast):
        _rearranged(2, 0, 0, 1)(each)
    theirs = copy.deepcopy(model)
    rearranged = nn.ModuleList([copy.deepcopy(layer) for layer in theirs.encoder.layer])
    theirs.encoder.layer = rearranged
    for layer, window in zip(rearranged, (4, 16, 8, 4), strict=True):
        layer.attention.self.one_sided_attn_window_size = window // 2
    with override(AttentionSpec(window=(4, 16, 8, 4))):
        assert_same(outputs(fast, documents(64)), outputs(theirs, documents(64)))
    with override(AttentionSpec(window=(4, 16, 8))), pytest.raises(InputError, match="each of the model's 4 layers"):
        outputs(fast, documents(64))


def test_a_chunked_feed_forward_layer_takes_any_length():
    model = longformer()
    fast = sped_up(model)
    chunked_feed_forward(fast)
    assert_same(outputs(fast, documents(33)), outputs(model, documents(33)))


# Hooks and adapters on the projections


@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
@pytest.mark.parametrize("projection", PROJECTIONS)
def test_hooks_on_a_projection_see_what_stock_shows(projection, count):
    batch = documents(48, count)
    seen = []
    model = longformer()
    for each in (sped_up(model), model):
        kept = {}
        for index, attention in enumerate(attentions(each)):
            module = getattr(attention, projection)
            module.register_forward_pre_hook(
                lambda _, inputs, kept=kept, index=index: kept.update({("input", index): inputs[0].clone()})
            )
            module.register_forward_hook(
                lambda _, inputs, output, kept=kept, index=index: kept.update(
                    {("output", index): output.clone(), ("kept", index): output}
                )
            )
        kept["result"] = outputs(each, batch)[0]
        seen.append(kept)
    ours, theirs = seen
    assert len(theirs) == 3 * 3 + 1
    assert_same(ours, theirs)


def test_a_hook_may_change_what_a_projection_gives():
    model = longformer()
    batch = documents(48)
    results = []
    for each in (sped_up(model), model):
        for attention in attentions(each):
            attention.key.register_forward_hook(lambda _, inputs, output: output * 2)
            attention.query.register_forward_pre_hook(lambda _, inputs: (inputs[0] + 1,))
        results.append(outputs(each, batch, **EVERYTHING))
    assert_same(*results)


@pytest.mark.parametrize("projection", ["key", "value", "key_global", "value_global"])
def test_backward_hooks_on_a_projection_see_what_stock_shows(projection):
    model = longformer()
    batch = documents(48)
    seen = []
    for each in (sped_up(model), model):
        kept = []
        for attention in attentions(each):
            getattr(attention, projection).register_full_backward_hook(
                lambda _, into, out, kept=kept: kept.append((into[0], out[0]))
            )
        gradients(each, batch)
        seen.append(kept)
    assert len(seen[1]) == 3
    assert_same(*seen)


def test_backward_hooks_on_a_query_work():
    fast = sped_up(longformer())
    shapes = []
    for attention in attentions(fast):
        for module in (attention.query, attention.query_global):
            module.register_full_backward_hook(lambda _, into, out: shapes.append(tuple(out[0].shape)))
    gradients(fast, documents(48, 2))
    assert sorted(set(shapes)) == [(3, 2, 32), (48, 2, 32)]


def test_hooks_on_all_modules_see_every_projection():
    model = longformer()
    seen = []
    for each in (sped_up(model), model):
        shapes = []
        handle = nn.modules.module.register_module_forward_hook(
            lambda module, inputs, output, shapes=shapes: (
                shapes.append(tuple(output.shape)) if isinstance(module, nn.Linear) else None
            )
        )
        try:
            outputs(each, documents(48, 2))
        finally:
            handle.remove()
        seen.append(shapes)
    assert_same(*seen)


def test_hooks_on_layers_see_the_same_arguments():
    model = longformer()
    seen = []
    for each in (sped_up(model), model):
        names = []
        for module in (*layers_of(each), *attentions(each), each.encoder):
            module.register_forward_pre_hook(
                lambda _, inputs, named, names=names: names.append((len(inputs), sorted(named))), with_kwargs=True
            )
        outputs(each, documents(48))
        seen.append(names)
    ours, theirs = ([sorted(set(kept) - {"padding_len"}) for _, kept in names] for names in seen)
    assert ours == theirs


def test_adapters_of_peft_equal_stock():
    batch = documents(48, 2)
    results = []
    for make in (sped_up, copy.deepcopy):
        torch.manual_seed(0)
        config = LoraConfig(r=4, target_modules=list(PROJECTIONS), init_lora_weights=False)
        adapted = get_peft_model(make(longformer()), config)
        grads = {name: grad for name, grad in gradients(adapted, batch).items() if grad is not None}
        results.append((outputs(adapted, batch)[0], grads))
    assert_same(results[0][0], results[1][0])
    assert_same_gradients(results[0][1], results[1][1])


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_projection_without_bias_equals_stock(projection):
    model = longformer()
    for attention in attentions(model):
        getattr(attention, projection).bias = None
    batch = documents(48, 2)
    assert_same(outputs(sped_up(model), batch), outputs(model, batch))


def test_sped_up_modules_are_found_by_transformers_classes(stock, fast):
    for ours, theirs in zip(fast.modules(), stock.modules(), strict=True):
        assert isinstance(ours, type(theirs))
        assert type(ours).__name__ == type(theirs).__name__
