"""Gradients of any order, function transforms, forward mode and tracing of a sped-up model equal the stock one's."""

import copy

import pytest
import torch
from torch.autograd import forward_ad
from torch.func import functional_call, grad, hessian, jacrev, jvp, vmap
from transformers import LongformerForSequenceClassification

from longformer_viz import AttentionSpec, InputError, override, restore
from tests.hf.small_models import assert_same, assert_same_gradients, documents, led, longformer, sped_up

LENGTH = 32


def _embedded(model):
    batch = documents(LENGTH, 2)
    embedded = model.get_input_embeddings()(batch.pop("input_ids")).detach()
    return embedded, batch


def _encoder(model):
    return model.get_encoder() if model.config.model_type == "led" else model


def _loss(model, embedded, masks, **options):
    result = _encoder(model)(inputs_embeds=embedded, **masks, **options)
    weights = sum(layer.square().sum() for layer in result.attentions) if options else 0
    return result[0].square().mean() + result[0].sin().mean() + weights


def penalised(model, **options):
    """Gradients of all weights of a gradient penalty, a gradient of second order."""
    embedded, masks = _embedded(model)
    embedded.requires_grad_()
    model.zero_grad()
    (first,) = torch.autograd.grad(_loss(model, embedded, masks, **options), embedded, create_graph=True)
    first.square().sum().backward()
    return {name: parameter.grad for name, parameter in _encoder(model).named_parameters()}


def penalised_weights(model):
    return penalised(model, output_attentions=True)


def third_order(model):
    embedded, masks = _embedded(model)
    embedded.requires_grad_()
    value = _loss(model, embedded, masks)
    for _ in range(2):
        value = torch.autograd.grad(value, embedded, create_graph=True)[0].square().sum()
    return {"embedded": torch.autograd.grad(value, embedded)[0]}


def functional_gradient(model):
    embedded, masks = _embedded(model)
    encoder = _encoder(model)
    named = {"inputs_embeds": embedded, **masks}
    return grad(lambda weights: functional_call(encoder, weights, (), named)[0].square().mean())(
        dict(encoder.named_parameters())
    )


def gradients_a_document(model):
    embedded, _ = _embedded(model)
    encoder = _encoder(model)
    marked = torch.zeros(1, LENGTH, dtype=torch.long)
    marked[0, 5] = 1

    def loss(weights, document):
        named = {"inputs_embeds": document[None], "global_attention_mask": marked}
        return functional_call(encoder, weights, (), named)[0].square().mean()

    return vmap(grad(loss), (None, 0))(dict(encoder.named_parameters()), embedded)


def _along(model, function):
    embedded, masks = _embedded(model)
    direction = torch.randn(embedded.shape, generator=torch.Generator().manual_seed(1))
    return function(lambda amount: _encoder(model)(inputs_embeds=embedded + amount[0] * direction, **masks)[0])


def forward_transform(model):
    ones = torch.ones(1)
    return {"tangent": _along(model, lambda call: jvp(call, (ones * 0,), (ones,))[1])}


def jacobian(model):
    return {"jacobian": _along(model, lambda call: jacrev(lambda amount: call(amount)[:, :2, :3])(torch.zeros(1)))}


def second_derivative(model):
    return {
        "hessian": _along(model, lambda call: hessian(lambda amount: call(amount).square().mean())(torch.zeros(1)))
    }


def forward_mode(model):
    model.requires_grad_(False)
    embedded, masks = _embedded(model)
    direction = torch.randn(embedded.shape, generator=torch.Generator().manual_seed(1))
    with forward_ad.dual_level():
        result = _encoder(model)(inputs_embeds=forward_ad.make_dual(embedded, direction), **masks)[0]
        return {"tangent": forward_ad.unpack_dual(result).tangent}


def batched_gradients(model):
    embedded, masks = _embedded(model)
    embedded.requires_grad_()
    result = _encoder(model)(inputs_embeds=embedded, **masks)[0]
    seeds = torch.randn(3, *result.shape, generator=torch.Generator().manual_seed(1))
    return {"embedded": torch.autograd.grad(result, embedded, seeds, is_grads_batched=True)[0]}


ASKED = [
    penalised,
    penalised_weights,
    third_order,
    functional_gradient,
    gradients_a_document,
    forward_transform,
    jacobian,
    second_derivative,
    forward_mode,
    batched_gradients,
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.__name__)
@pytest.mark.parametrize("make", [lambda: longformer(windows=(8, 16)), led], ids=["longformer", "led"])
def test_it_equals_stock(make, asked):
    model = make()
    assert_same_gradients(asked(sped_up(model)), asked(model))


@pytest.mark.parametrize("asked", [penalised, functional_gradient, forward_mode], ids=lambda asked: asked.__name__)
def test_an_override_holds_inside(asked):
    fast = sped_up(longformer(windows=(8, 16)))
    with override(AttentionSpec(window=(16, 4))):
        ours = asked(fast)
    assert_same_gradients(ours, asked(longformer(windows=(16, 4))))


def test_dropout_is_the_same_in_the_gradient_of_a_gradient():
    model = sped_up(longformer(windows=(8,), attention_probs_dropout_prob=0.4)).train()
    embedded, masks = _embedded(model)
    embedded.requires_grad_()
    grads = []
    for create_graph in (False, True):
        torch.manual_seed(0)
        grads.append(
            torch.autograd.grad(_loss(model, embedded, masks), embedded, create_graph=create_graph)[0].detach()
        )
    assert_same_gradients({"embedded": grads[1]}, {"embedded": grads[0]})


# Tracing


@pytest.mark.parametrize("length", [32, 33])
def test_a_traced_model_is_right_on_another_text_with_other_padding(length):
    model = longformer(return_dict=False)
    first, *_, other = ({name: tensor[[row]] for name, tensor in documents(length).items()} for row in (0, 1, 2, 3))
    first["global_attention_mask"] = other["global_attention_mask"] = torch.zeros_like(first["input_ids"])
    first["global_attention_mask"][0, 0] = other["global_attention_mask"][0, 7] = 1
    for each in (sped_up(model), model):
        with torch.no_grad():
            traced = torch.jit.trace(each, tuple(first.values()), strict=False)
            assert_same(traced(*other.values()), model(**other))


def test_a_traced_head_is_right_on_another_text():
    model = longformer(LongformerForSequenceClassification, return_dict=False)
    first, other = ((torch.randint(5, 90, (1, 64)), torch.ones(1, 64, dtype=torch.long)) for _ in range(2))
    with torch.no_grad():
        traced = torch.jit.trace(sped_up(model), first, strict=False)
        assert_same(traced(*other), model(*other))


def test_a_trace_inside_an_override_is_refused():
    fast = sped_up(longformer(return_dict=False))
    batch = tuple(documents(32, 2).values())
    with (
        override(AttentionSpec(window=4)),
        pytest.raises(InputError, match=r"because a traced model keeps its own windows.*restore\(model\)"),
    ):
        torch.jit.trace(fast, batch, strict=False)
    with torch.no_grad():
        assert_same(torch.jit.trace(restore(copy.deepcopy(fast)), batch, strict=False)(*batch), fast(*batch))
