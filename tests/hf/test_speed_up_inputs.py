"""Number types and wrong inputs of a sped-up model."""

import contextlib
import copy
import math

import pytest
import torch
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    LongformerModel,
)

from longformer_viz import InputError, speed_up
from longformer_viz.hf.self_attention import BandedSelfAttention
from tests.hf.small_models import (
    LENGTHS,
    PROJECTIONS,
    assert_same,
    documents,
    gradients,
    longformer,
    outputs,
    weighted,
)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(
    ("dtype", "largest", "mean", "weights"),
    [
        # Twice what was measured over all lengths, outputs having a spread of 1.0: largest and mean error 0.083 and
        # 0.0088 in bfloat16 (stock in bfloat16: 0.071, 0.0092), 0.0086 and 0.0012 in float16 (stock: 0.0102, 0.0013),
        # 1.9e-6 and 2.5e-7 in float64 (float32's own error); attention weights 0.023, 0.0032 and 8e-7.
        (torch.bfloat16, 0.17, 0.018, 0.046),
        (torch.float16, 0.018, 0.0024, 0.0065),
        (torch.float64, 4e-6, 5e-7, 1.6e-6),
    ],
    ids=["bfloat16", "float16", "float64"],
)
def test_other_number_types_stay_near_float32(stock, fast, dtype, largest, mean, weights, length):
    cast = copy.deepcopy(fast).to(dtype)
    for count in (2, 4):
        batch = documents(length, count)
        exact = outputs(stock, batch, output_attentions=True)
        result = outputs(cast, batch, output_attentions=True)
        error = (result[0] - exact[0]).abs()
        assert error.max() <= largest
        assert error.mean() <= mean
        for ours, theirs in zip(
            result.attentions + result.global_attentions, exact.attentions + exact.global_attentions, strict=True
        ):
            assert ours.dtype == dtype
            assert (ours - theirs).abs().max() <= weights


def test_autocast_is_no_less_precise_than_stock(stock, fast):
    batch = documents(50)
    exact = outputs(stock, batch)[0]
    exact_gradient = gradients(stock, batch)["encoder.layer.0.attention.self.query.weight"].clone()
    errors = []
    for model in (fast, stock):
        with torch.autocast("cpu", torch.bfloat16):
            result = outputs(model, batch)[0]
            loss = weighted(model(**batch))
        model.zero_grad()
        loss.backward()
        gradient = model.encoder.layer[0].attention.self.query.weight.grad
        errors.append(torch.stack([(result - exact).abs().mean(), (gradient - exact_gradient).abs().mean()]))
    assert (errors[0] <= 1.5 * errors[1]).all()


@pytest.mark.parametrize(
    "thing",
    [
        BertModel(
            BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=9)
        ),
        nn.Linear(2, 2),
        "not a model",
        None,
        LongformerModel,
    ],
    ids=["bert", "linear", "text", "nothing", "class"],
)
def test_nothing_to_speed_up(thing):
    with pytest.raises(InputError, match=r"takes a transformers model .* has none\. Load it with"):
        speed_up(thing)


def test_an_attention_module_alone_is_not_left_slow_in_silence(stock):
    with contextlib.suppress(InputError):
        assert isinstance(speed_up(copy.deepcopy(stock.encoder.layer[0].attention.self)), BandedSelfAttention)


def test_a_model_without_data():
    with torch.device("meta"):
        model = LongformerModel(longformer().config)
    with pytest.raises(InputError, match=r"has no data yet.*from_pretrained"):
        speed_up(model)


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_model_that_lacks_one_projection(projection):
    model = longformer()
    getattr(model.encoder.layer[1].attention.self, projection).to("meta")
    kinds = [type(module) for module in model.modules()]
    with pytest.raises(InputError, match=rf"layer\.1\.\S*{projection}\.weight has no data yet.*from_pretrained"):
        speed_up(model)
    assert [type(module) for module in model.modules()] == kinds  # refused as a whole, not half done


@pytest.mark.parametrize("name", ["attention_mask", "global_attention_mask"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda mask: mask[:, :-1], r"must have the shape of the input, \[4, 33\]; got \[4, 32\]"),
        (lambda mask: mask[0], r"must have the shape of the input, \[4, 33\]; got \[33\]"),
        (lambda mask: mask[:, None, None], r"must have the shape of the input, \[4, 33\]; got \[4, 1, 1, 33\]"),
        (lambda mask: mask - 1, "must contain only 0 and 1"),
        (lambda mask: mask * 3, "must contain only 0 and 1"),
        (lambda mask: mask * 0.5, "must contain only 0 and 1"),
        (lambda mask: mask * math.nan, "must contain only 0 and 1"),
        (lambda mask: torch.where(mask > 0, 0.0, -math.inf), "must contain only 0 and 1"),
        (lambda mask: mask.to(torch.complex64), "must contain only 0 and 1"),
    ],
)
def test_a_mask_of_the_wrong_shape_or_values(fast, fast_led, name, make, message):
    batch = documents(33)
    batch[name] = make(batch[name])
    for model in (fast, fast_led):
        with pytest.raises(InputError, match=rf"^{name} {message}"):
            outputs(model, batch)


def test_only_the_attention_mask_marks_globals_by_2(fast):
    batch = documents(33)
    batch["global_attention_mask"] *= 2
    with pytest.raises(InputError, match="global_attention_mask must contain only 0 and 1"):
        outputs(fast, batch)


def test_neither_or_both_inputs_are_refused_as_in_stock(stock, fast, stock_led, fast_led):
    both = {"input_ids": documents(7)["input_ids"], "inputs_embeds": torch.zeros(4, 7, 32)}
    for model in (stock, fast, stock_led.get_encoder(), fast_led.get_encoder()):
        for batch in ({}, both):
            with pytest.raises(ValueError, match="input_ids"):
                outputs(model, batch)


def test_nan_in_comes_out_as_nan(stock, fast):
    batch = documents(200, 2)
    embedded = outputs(stock.embeddings.word_embeddings, {"input": batch.pop("input_ids")})
    embedded[0, 100] = math.nan
    batch["inputs_embeds"] = embedded
    assert_same(outputs(fast, batch)[0].isnan(), outputs(stock, batch)[0].isnan())
    batch["global_attention_mask"][0] = 0
    ours, theirs = (outputs(model, batch)[0].isnan() for model in (fast, stock))
    assert theirs[0].any()
    assert ours[theirs].all()
    assert not ours[1].any()  # the other document of the batch


def test_a_document_without_tokens_is_refused(fast, fast_led):
    empty = {name: tensor[:, :0] for name, tensor in documents(7).items()}
    for model in (fast, fast_led.get_encoder()):
        with pytest.raises(InputError):
            model(**empty)
        with torch.no_grad(), pytest.raises(InputError):
            model(**empty)
