"""Outputs of a sped-up transformers model equal the stock one's, in any layout that may be asked for."""

import math

import pytest
import torch
from transformers import (
    LEDForConditionalGeneration,
    LEDForQuestionAnswering,
    LongformerForMaskedLM,
    LongformerForMultipleChoice,
    LongformerForQuestionAnswering,
    LongformerForSequenceClassification,
    LongformerForTokenClassification,
)

from tests.hf.small_models import (
    EVERYTHING,
    LENGTHS,
    SEPARATOR,
    WINDOWS,
    assert_same,
    documents,
    led,
    longformer,
    outputs,
    sped_up,
)


@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
@pytest.mark.parametrize("length", LENGTHS)
def test_every_output_equals_stock(stock, fast, length, count):
    batch = documents(length, count)
    assert_same(outputs(fast, batch, **EVERYTHING), outputs(stock, batch, **EVERYTHING))


@pytest.mark.parametrize("count", [2, 4], ids=["few globals", "many globals"])
@pytest.mark.parametrize("length", LENGTHS)
def test_every_output_of_led_equals_stock(stock_led, fast_led, length, count):
    batch = documents(length, count)
    assert_same(outputs(fast_led, batch, **EVERYTHING), outputs(stock_led, batch, **EVERYTHING))


def _labelled(kind: type) -> dict:
    """A batch with labels; without a global mask where the head makes its own."""
    batch = documents(50)
    ids = batch["input_ids"]
    if kind is LongformerForMaskedLM or kind is LEDForConditionalGeneration:
        return batch | {"labels": ids}
    if kind is LongformerForTokenClassification:
        return batch | {"labels": ids % 2}
    del batch["global_attention_mask"]
    if kind is LongformerForSequenceClassification:
        return batch | {"labels": torch.tensor([0, 1, 1, 0])}
    ids[:, [4, 5, 20]] = SEPARATOR
    if kind is LongformerForMultipleChoice:
        pairs = {name: tensor.view(2, 2, -1) for name, tensor in batch.items()}  # [document, choice, n]
        return pairs | {"labels": torch.tensor([1, 0])}
    return batch | {"start_positions": torch.tensor([7, 8, 9, 7]), "end_positions": torch.tensor([9, 9, 12, 7])}


@pytest.mark.parametrize(
    "kind",
    [
        LongformerForMaskedLM,
        LongformerForSequenceClassification,
        LongformerForQuestionAnswering,
        LongformerForTokenClassification,
        LongformerForMultipleChoice,
        LEDForConditionalGeneration,
        LEDForQuestionAnswering,
    ],
)
def test_every_head_with_its_loss_equals_stock(kind):
    model = led(kind) if kind.__name__.startswith("LED") else longformer(kind, num_labels=2)
    batch = _labelled(kind)
    assert_same(outputs(sped_up(model), batch, **EVERYTHING), outputs(model, batch, **EVERYTHING))


@pytest.mark.parametrize(
    ("windows", "hidden_size", "heads"), [((64, 64), 64, 16), ((4, 140), 64, 2), ((8, 16), 33, 3)], ids=str
)
def test_other_shapes_equal_stock(windows, hidden_size, heads):
    model = longformer(windows=windows, hidden_size=hidden_size, num_attention_heads=heads)
    batch = documents(200)
    assert_same(outputs(sped_up(model), batch, **EVERYTHING), outputs(model, batch, **EVERYTHING))


@pytest.mark.parametrize("beams", [1, 3])
def test_generation_equals_stock(beams):
    model = led(LEDForConditionalGeneration, use_cache=True)
    options = {"max_new_tokens": 8, "do_sample": False, "num_beams": beams}
    options |= {"output_scores": True, "return_dict_in_generate": True}
    theirs, ours = (each.generate(**documents(50), **options) for each in (model, sped_up(model)))
    assert torch.equal(ours.sequences, theirs.sequences)
    assert_same(ours.scores, theirs.scores, 1e-4)


def _masks(batch: dict, **masks) -> dict:
    """The batch with these masks in the place of its own; None leaves one out."""
    chosen = {"attention_mask": batch["attention_mask"], "global_attention_mask": batch["global_attention_mask"]}
    return {"input_ids": batch["input_ids"]} | {
        name: mask for name, mask in (chosen | masks).items() if mask is not None
    }


MASKS = {
    "no mask at all": lambda kept, marked: {"attention_mask": None, "global_attention_mask": None},
    "no attention mask": lambda kept, marked: {"attention_mask": None},
    "no global mask": lambda kept, marked: {"global_attention_mask": None},
    "no token global": lambda kept, marked: {"global_attention_mask": torch.zeros_like(marked)},
    "every token global": lambda kept, marked: {"global_attention_mask": torch.ones_like(marked)},
    "globals marked by 2": lambda kept, marked: {
        "attention_mask": kept * (1 + marked),
        "global_attention_mask": None,
    },
    "float masks": lambda kept, marked: {"attention_mask": kept.float(), "global_attention_mask": marked.float()},
    "one document all padding": lambda kept, marked: {
        "attention_mask": kept * torch.tensor([[1], [0], [1], [1]]),
    },
    "padding on the left": lambda kept, marked: {"attention_mask": kept.flip(1), "global_attention_mask": marked},
}


@pytest.mark.parametrize("masks", MASKS)
def test_any_masks_equal_stock(stock, fast, stock_led, fast_led, masks):
    batch = documents(50)
    batch = _masks(batch, **MASKS[masks](batch["attention_mask"], batch["global_attention_mask"]))
    assert_same(outputs(fast, batch, **EVERYTHING), outputs(stock, batch, **EVERYTHING))
    assert_same(outputs(fast_led, batch, **EVERYTHING), outputs(stock_led, batch, **EVERYTHING))


def test_bool_masks_mean_the_same_as_numbers(stock, fast):
    batch = documents(50)
    bools = {name: tensor if name == "input_ids" else tensor.bool() for name, tensor in batch.items()}
    assert_same(outputs(fast, bools), outputs(stock, batch))


def test_inputs_embeds_positions_and_token_types_equal_stock(stock, fast):
    batch = documents(50)
    ids = batch.pop("input_ids")
    batch["inputs_embeds"] = outputs(stock.embeddings.word_embeddings, {"input": ids})
    assert_same(outputs(fast, batch, **EVERYTHING), outputs(stock, batch, **EVERYTHING))
    batch["position_ids"] = torch.arange(100, 150).expand(4, -1)
    batch["token_type_ids"] = ids % 2
    assert_same(outputs(fast, batch, **EVERYTHING), outputs(stock, batch, **EVERYTHING))


def test_led_takes_inputs_embeds_and_encoder_outputs_as_stock_does(stock_led, fast_led):
    batch = documents(50)
    ids = batch.pop("input_ids")
    embedded = batch | {"inputs_embeds": outputs(stock_led.shared, {"input": ids}), "decoder_input_ids": ids[:, :9]}
    assert_same(outputs(fast_led, embedded, **EVERYTHING), outputs(stock_led, embedded, **EVERYTHING))
    encoded = outputs(fast_led.get_encoder(), batch | {"input_ids": ids}, **EVERYTHING)
    assert_same(encoded, outputs(stock_led.get_encoder(), batch | {"input_ids": ids}, **EVERYTHING))
    given = {"encoder_outputs": encoded, "attention_mask": batch["attention_mask"], "decoder_input_ids": ids[:, :9]}
    assert_same(outputs(fast_led, given), outputs(stock_led, given))


@pytest.mark.parametrize("options", [{}, {"output_attentions": True}, {"output_hidden_states": True}, EVERYTHING])
def test_tuples_hold_the_same_in_the_same_order(stock, fast, stock_led, fast_led, options):
    for ours, theirs in ((fast, stock), (fast_led, stock_led)):
        for batch in (documents(33), {"input_ids": documents(33)["input_ids"]}):
            result = outputs(ours, batch, return_dict=False, **options)
            assert_same(result, outputs(theirs, batch, return_dict=False, **options))


def test_what_the_config_asks_for_is_returned():
    model = longformer(output_attentions=True, output_hidden_states=True, return_dict=False)
    result = outputs(sped_up(model), documents(7))
    assert_same(result, outputs(model, documents(7)))
    assert len(result) == 5


def test_the_model_sees_no_padding_of_its_own(fast, fast_led):
    for model, layers in ((fast, fast.encoder.layer), (fast_led, fast_led.encoder.layers)):
        lengths = []
        hooks = [
            layer.register_forward_pre_hook(lambda _, arguments, seen=lengths: seen.append(arguments[0].shape[1]))
            for layer in layers
        ]
        outputs(model, documents(33))
        for hook in hooks:
            hook.remove()
        assert lengths == [33] * len(layers)


def test_attentions_are_laid_out_as_in_transformers(stock, fast):
    length, columns = 33, 3
    batch = documents(length, 1)
    result = outputs(fast, batch, **EVERYTHING)
    globals_ = batch["global_attention_mask"][0].nonzero().flatten()
    local = batch["global_attention_mask"][0] == 0

    assert [tuple(layer.shape) for layer in result.attentions] == [
        (1, 4, length, columns + window + 1) for window in WINDOWS
    ]
    padded = 48  # 33 tokens up to the next multiple of the largest window, 16
    assert [tuple(layer.shape) for layer in result.global_attentions] == [(1, 4, padded, columns)] * 3

    first, window = result.attentions[0][0], WINDOWS[0]
    assert (first[:, globals_] == 0).all()
    torch.testing.assert_close(first[:, local].sum(-1), torch.ones(4, length - columns))
    # The band by hand: self stands at x + window / 2, a global key only in its column.
    attention = stock.encoder.layer[0].attention.self
    hidden = result.hidden_states[0][0]
    query, key = (
        projection(hidden).view(length, 4, 8).transpose(0, 1) for projection in (attention.query, attention.key)
    )
    scores = torch.exp(query @ key.mT / math.sqrt(8)).detach()  # [head, query, key]
    token = 10
    band = first[:, token, columns:]
    seen = [*range(token - window // 2, token + window // 2 + 1), *globals_.tolist()]
    torch.testing.assert_close(band[:, window // 2], scores[:, token, token] / scores[:, token, seen].sum(-1))
    torch.testing.assert_close(
        first[:, token, :columns], scores[:, token, globals_] / scores[:, token, seen].sum(-1, keepdim=True)
    )
    near_a_global = int(globals_[1]) - 2
    assert (first[:, near_a_global, columns + window // 2 + 2] == 0).all()

    rows = result.global_attentions[0][0]
    torch.testing.assert_close(rows.sum(1), torch.ones(4, columns))
    assert (rows[:, length:] == 0).all()


def test_the_last_output_is_the_global_attentions(stock, fast):
    ours, theirs = (outputs(model, documents(33), output_attentions=True) for model in (fast, stock))
    assert_same(ours[-1], theirs[-1])
    assert ours[-1] is ours.global_attentions
    without = outputs(fast, {"input_ids": documents(33)["input_ids"]}, output_attentions=True)
    assert without.global_attentions is None
    assert without[-1] is without.attentions
