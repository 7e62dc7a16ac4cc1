"""A sped-up model is the same model: weights, saving, copies, adapters, hooks, and its refusals."""

import contextlib
import copy
import json
import pickle

import pytest
import torch
from torch import nn
from transformers import (
    LongformerForMaskedLM,
    LongformerForSequenceClassification,
    LongformerModel,
)
from transformers.models.longformer.modeling_longformer import LongformerSelfAttention

from longformer_viz import InputError, speed_up
from tests.hf.small_models import (
    EVERYTHING,
    PROJECTIONS,
    WINDOWS,
    assert_same,
    assert_same_gradients,
    documents,
    gradients,
    led,
    longformer,
    outputs,
    sped_up,
)


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
