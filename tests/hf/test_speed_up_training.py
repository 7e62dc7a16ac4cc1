"""Gradients, dropout, layer drop and gradient checkpointing of a sped-up model equal stock."""

import math

import pytest
import torch

from longformer_viz import speed_up
from tests.hf.small_models import (
    assert_same,
    assert_same_gradients,
    documents,
    gradients,
    led,
    longformer,
    outputs,
    sped_up,
    weighted,
)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "training"])
@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
@pytest.mark.parametrize("make", [longformer, led])
def test_gradients_equal_stock(make, count, training):
    model = make().train(training)
    batch = documents(200, count)
    assert_same_gradients(gradients(sped_up(model), batch), gradients(model, batch))


def test_gradients_without_globals_equal_stock(stock, fast):
    batch = documents(50)
    del batch["global_attention_mask"]
    assert_same_gradients(gradients(fast, batch), gradients(stock, batch))


@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
def test_gradients_beside_a_document_of_padding_alone_equal_stock(stock, fast, count):
    batch = documents(50, count)
    batch["attention_mask"][1] = 0
    assert_same_gradients(gradients(fast, batch), gradients(stock, batch))


@pytest.mark.parametrize("weights", ["attentions", "global_attentions"])
@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
def test_gradients_through_attention_weights_equal_stock(stock, fast, weights, count):
    batch = documents(50, count)

    def loss(result):
        return sum(layer.square().sum() for layer in result[weights])

    ours, theirs = (gradients(model, batch, loss, output_attentions=True) for model in (fast, stock))
    assert_same_gradients(ours, theirs)


def test_gradients_of_a_mostly_frozen_model_equal_stock():
    model = longformer().requires_grad_(False)
    for layer in model.encoder.layer:
        layer.attention.self.value.weight.requires_grad_(True)
    assert_same_gradients(gradients(sped_up(model), documents(50)), gradients(model, documents(50)))


def test_gradients_of_the_input_equal_stock(stock, fast):
    batch = documents(50)
    embedded = outputs(stock.embeddings.word_embeddings, {"input": batch.pop("input_ids")})
    ours, theirs = (
        torch.autograd.grad(weighted(model(**batch, inputs_embeds=leaf)), leaf)[0]
        for model, leaf in ((fast, embedded.clone().requires_grad_()), (stock, embedded.clone().requires_grad_()))
    )
    assert_same_gradients({"input": ours}, {"input": theirs})


def test_layerdrop_drops_the_same_layers_as_stock():
    model = led(windows=(8, 16, 4), encoder_layerdrop=0.5).train()
    fast = sped_up(model)
    for seed in range(3):
        results = []
        for each in (fast, model):
            torch.manual_seed(seed)
            results.append(outputs(each, documents(33), output_hidden_states=True))
        assert_same(*results)


@pytest.mark.parametrize("use_reentrant", [False, True], ids=["non-reentrant", "reentrant"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: longformer(hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.2),
        lambda: led(dropout=0.1, attention_dropout=0.2),
    ],
    ids=["longformer", "led"],
)
def test_gradient_checkpointing_changes_nothing(make, use_reentrant):
    model = speed_up(make()).train()
    batch = documents(50)
    torch.manual_seed(1)
    expected = {name: None if grad is None else grad.clone() for name, grad in gradients(model, batch).items()}

    runs = []
    linear = next(module for name, module in model.named_modules() if name.endswith(("intermediate.dense", "fc1")))
    linear.register_forward_hook(lambda *_: runs.append(1))
    model.activation_checkpointing_enable({"use_reentrant": use_reentrant})
    torch.manual_seed(1)
    assert_same_gradients(gradients(model, batch), expected)
    assert len(runs) == 2  # the layer did run again in the backward pass


def _draws(attention, hidden_states, masks, count):
    torch.manual_seed(0)
    with torch.no_grad():
        return torch.stack([attention(hidden_states, **masks)[0] for _ in range(count)])


@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
def test_dropout_has_stock_mean_and_spread(count):
    model = longformer(windows=(8,), attention_probs_dropout_prob=0.3)
    batch = documents(48, count)
    signed = batch["attention_mask"] * (1 + batch["global_attention_mask"]) - 1
    masks = {
        "attention_mask": signed.float() * 1e4,
        "is_index_masked": signed < 0,
        "is_index_global_attn": signed > 0,
        "is_global_attn": True,
    }
    hidden_states = torch.randn(*signed.shape, 32, generator=torch.Generator().manual_seed(0))
    stock = model.encoder.layer[0].attention.self
    with torch.no_grad():
        for projection in (stock.value, stock.value_global):
            projection.bias.fill_(3)  # so that dropped weights, which no longer sum to 1, show in full
    exact = stock.eval()(hidden_states, **masks)[0].detach()
    theirs = _draws(stock.train(), hidden_states, masks, 200)
    fast = speed_up(model).encoder.layer[0].attention.self
    ours = _draws(fast.train(), hidden_states, masks, 200)

    error = ours.std(0) / math.sqrt(len(ours))
    assert ((ours.mean(0) - exact).abs() <= 5 * error + 1e-6).all()
    for tokens in (signed == 0, signed > 0):
        torch.testing.assert_close(ours.std(0)[tokens].mean(), theirs.std(0)[tokens].mean(), rtol=0.1, atol=0)


def test_dropout_follows_the_seed_and_stops_in_eval_mode():
    model = longformer(attention_probs_dropout_prob=0.3)
    fast = sped_up(model).train()
    batch = documents(50)
    results = []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        results.append(outputs(fast, batch)[0])
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])
    assert_same(outputs(fast.eval(), batch), outputs(model, batch))
