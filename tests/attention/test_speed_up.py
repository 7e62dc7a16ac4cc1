"""A sped-up transformers model is the stock one: same outputs, weights, gradients, dropout, saving, and errors."""

import contextlib
import copy
import json
import math
import pickle

import pytest
import torch
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    LEDForConditionalGeneration,
    LEDForQuestionAnswering,
    LongformerForMaskedLM,
    LongformerForMultipleChoice,
    LongformerForQuestionAnswering,
    LongformerForSequenceClassification,
    LongformerForTokenClassification,
    LongformerModel,
)
from transformers.models.longformer.modeling_longformer import LongformerSelfAttention

from longformer_viz import InputError, speed_up
from longformer_viz.attention.self_attention import BandedSelfAttention
from tests.attention.small_models import (
    LENGTHS,
    SEPARATOR,
    WINDOWS,
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

EVERYTHING = {"output_attentions": True, "output_hidden_states": True}
PROJECTIONS = ("query", "key", "value", "query_global", "key_global", "value_global")


@pytest.fixture(scope="module")
def stock_led():
    return led()


@pytest.fixture(scope="module")
def fast_led(stock_led):
    return sped_up(stock_led)


# Outputs


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


# Attention weights in transformers' layout


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


# The model itself


@pytest.mark.parametrize("make", [longformer, led, lambda: longformer(LongformerForMaskedLM)])
def test_weights_keep_their_names_values_and_identity(make):
    model = make()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    parameters = dict(model.named_parameters())
    assert speed_up(model) is model
    assert list(model.state_dict()) == list(before)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    # The very same parameters: an optimizer made before goes on training them.
    assert all(parameter is parameters[name] for name, parameter in model.named_parameters())
    assert not make().load_state_dict(model.state_dict(), strict=True).missing_keys


def test_training_state_and_frozen_weights_stay():
    model = longformer().train()
    model.encoder.layer[1].attention.self.key.requires_grad_(False)
    speed_up(model)
    assert all(module.training for module in model.modules())
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    assert frozen == [f"encoder.layer.1.attention.self.key.{part}" for part in ("weight", "bias")]


def test_a_saved_model_loads_in_stock_transformers(stock, fast, tmp_path):
    stock.save_pretrained(tmp_path / "stock")
    fast.save_pretrained(tmp_path / "fast")
    configs = [json.loads((tmp_path / name / "config.json").read_text()) for name in ("stock", "fast")]
    assert configs[0] == configs[1]
    assert configs[1]["architectures"] == ["LongformerModel"]
    loaded = LongformerModel.from_pretrained(tmp_path / "fast")
    assert type(loaded) is LongformerModel
    assert type(loaded.encoder.layer[0].attention.self) is LongformerSelfAttention
    assert_same(outputs(loaded.eval(), documents(33)), outputs(stock, documents(33)))


@pytest.mark.parametrize(
    "twin",
    [
        copy.deepcopy,
        lambda model: pickle.loads(pickle.dumps(model)),
        speed_up,
        lambda model: speed_up(speed_up(model)),
    ],
    ids=["deepcopy", "pickle", "again", "twice again"],
)
def test_copies_and_repetition_do_no_harm(stock, stock_led, twin):
    for model in (stock, stock_led):
        batch = documents(33)
        assert_same(outputs(twin(sped_up(model)), batch, **EVERYTHING), outputs(model, batch, **EVERYTHING))


def test_a_copy_shares_nothing(fast):
    twin = copy.deepcopy(fast)
    with torch.no_grad():
        twin.encoder.layer[0].attention.self.query.weight.zero_()
    batch = documents(33)
    assert not torch.equal(outputs(twin, batch)[0], outputs(fast, batch)[0])


def test_a_head_whose_base_is_sped_up_already():
    model = longformer(LongformerForSequenceClassification)
    batch = documents(50)
    expected = outputs(model, batch, **EVERYTHING)
    speed_up(model.longformer)
    assert_same(outputs(model, batch, **EVERYTHING), expected)
    assert_same(outputs(speed_up(model), batch, **EVERYTHING), expected)


def test_a_class_derived_from_a_transformers_model_equals_stock():
    class Mine(LongformerModel):
        pass

    model = longformer(Mine)
    fast = sped_up(model)
    assert type(fast) is Mine
    assert_same(outputs(fast, documents(33), **EVERYTHING), outputs(model, documents(33), **EVERYTHING))


class _Adapted(nn.Module):
    """A projection with a low-rank adapter; its base has no weight where this module would have it."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(0.3 * torch.randn(4, base.in_features))
        self.up = nn.Parameter(0.3 * torch.randn(base.out_features, 4))

    def forward(self, hidden_states):
        return self.base(hidden_states) + hidden_states @ self.down.T @ self.up.T


class _AdaptedAsInPeft(_Adapted):
    """The same, showing the base's weight and bias as its own, without the adapter's part."""

    @property
    def weight(self):
        return self.base.weight

    @property
    def bias(self):
        return self.base.bias


@pytest.mark.parametrize("adapted", [_Adapted, _AdaptedAsInPeft])
@pytest.mark.parametrize("projection", PROJECTIONS)
def test_adapters_on_a_projection_count(projection, adapted):
    model = longformer()
    for layer in model.encoder.layer:
        attention = layer.attention.self
        setattr(attention, projection, adapted(getattr(attention, projection)))
    fast = sped_up(model)
    batch = documents(33, 2)
    assert_same(outputs(fast, batch), outputs(model, batch))
    ours, theirs = (
        {name: grad for name, grad in gradients(each, batch).items() if name.endswith(("up", "down"))}
        for each in (fast, model)
    )
    assert len(theirs) == 2 * len(WINDOWS)
    assert_same_gradients(ours, theirs)


def test_hooks_on_the_attention_stay():
    model = longformer()
    calls = []
    model.encoder.layer[1].attention.self.register_forward_hook(lambda *_: calls.append(1))
    outputs(speed_up(model), documents(7))
    assert calls == [1]


def test_an_attention_with_a_forward_of_its_own_is_refused_or_kept():
    class Doubled(LongformerSelfAttention):
        def forward(self, hidden_states, *arguments, **named):
            return super().forward(2 * hidden_states, *arguments, **named)

    model = longformer()
    for layer in model.encoder.layer:
        layer.attention.self.__class__ = Doubled
    batch = documents(48)
    expected = outputs(model, batch)
    with contextlib.suppress(InputError):
        assert_same(outputs(speed_up(model), batch), expected)


def test_compiled_outputs_equal_stock(stock, fast):
    torch.compiler.reset()
    compiled = torch.compile(fast, backend="eager")
    for length in (33, 50):
        assert_same(
            outputs(compiled, documents(length), **EVERYTHING), outputs(stock, documents(length), **EVERYTHING)
        )
    torch.compiler.reset()


# Training


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


# Number types


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


# Wrong input


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
        (lambda mask: mask - 1, "must hold 0 and 1 only"),
        (lambda mask: mask * 3, "must hold 0 and 1 only"),
        (lambda mask: mask * 0.5, "must hold 0 and 1 only"),
        (lambda mask: mask * math.nan, "must hold 0 and 1 only"),
        (lambda mask: torch.where(mask > 0, 0.0, -math.inf), "must hold 0 and 1 only"),
        (lambda mask: mask.to(torch.complex64), "must hold 0 and 1 only"),
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
    with pytest.raises(InputError, match="global_attention_mask must hold 0 and 1 only"):
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
