"""LongT5's encoder: recorded weights are those of transformers, summaries of blocks included."""

import math

import pytest
import torch
from transformers import LongT5Config, LongT5EncoderModel

from longformer_viz.hf.families import put_on_interface, take_off_interface
from longformer_viz.hf.recording import recording
from longformer_viz.hf.window_check.check import check_pattern
from longformer_viz.models.loading import load
from longformer_viz.models.running import run
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.reach import unreachable_pairs
from longformer_viz.spec import InputError
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.heads import head_grid
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.trace.rollout import attention_rollout
from tests.models.test_families import TOKENS, tokenizer

RADIUS, SUMMARY, LENGTH = 7, 5, len(TOKENS)
KINDS = ["local", "transient-global"]


def make(kind, model_class=LongT5EncoderModel, **changes):
    torch.manual_seed(0)
    config = LongT5Config(
        vocab_size=100,
        d_model=48,
        d_kv=12,
        d_ff=64,
        num_layers=3,
        num_heads=4,
        local_radius=RADIUS,
        global_block_size=SUMMARY,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=32,
        encoder_attention_type=kind,
        **changes,
    )
    model = model_class(config)
    generator = torch.Generator().manual_seed(1)
    for weight in model.parameters():
        if weight.ndim == 2:
            weight.data = torch.randn(weight.shape, generator=generator) * 0.7 / weight.shape[-1] ** 0.5
    return model.eval().requires_grad_(False)


def dense(blocked):
    """Weights `[heads, n, n]` and of summaries `[heads, n, summaries]`, of transformers' blocks."""
    size = RADIUS + 1
    _, blocks, heads, _, _ = blocked.shape
    whole = torch.zeros(heads, blocks * size, (blocks + 2) * size)
    for block in range(blocks):
        rows, keys = slice(block * size, (block + 1) * size), slice(block * size, (block + 3) * size)
        whole[:, rows, keys] = blocked[0, block, ..., : 3 * size]
    side = blocked[0, ..., 3 * size :].transpose(0, 1).flatten(1, 2)
    return whole[:, :LENGTH, size : size + LENGTH], side[:, :LENGTH]


def expected_of(kind):
    output = make(kind)(input_ids=torch.tensor([TOKENS.ids]), output_attentions=True)
    return [dense(layer) for layer in output.attentions]


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def loaded(kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("longt5")
    make(kind).save_pretrained(folder)
    tokenizer(wrapped=True).save_pretrained(folder)
    return load(str(folder))


@pytest.fixture(scope="module")
def trace(loaded):
    return run(loaded, TOKENS)


def test_every_weight_is_that_of_transformers(kind, loaded, trace):
    assert loaded.note == ""
    assert {(reach.left, reach.right) for reach in loaded.reaches} == {(RADIUS, RADIUS)}
    label = "local" if kind == "local" else "local, with block summaries"
    assert {reach.label for reach in loaded.reaches} == {label}
    for layer, (tokens, summaries) in enumerate(expected_of(kind)):
        for head in range(4):
            weights = trace.weights(layer, head)
            torch.testing.assert_close(weights, tokens[head], atol=1e-5, rtol=0)
            sink = trace.sink_weights(layer, head)
            assert (sink is None) == (kind == "local")
            if sink is not None:
                torch.testing.assert_close(sink, summaries[head].sum(-1), atol=1e-5, rtol=0)
                assert sink.max() > 0.05
                assert "added up" in trace.reach(layer).note


def test_the_views_of_a_trace(kind, trace):
    tokens = torch.stack([tokens for tokens, _ in expected_of(kind)])
    entropy = -torch.special.xlogy(tokens, tokens).sum(-1).mean(-1) / math.log(2)
    torch.testing.assert_close(head_grid(trace).entropy_bits.float(), entropy, atol=1e-4, rtol=1e-4)
    row = torch.zeros(LENGTH)
    row[40] = 1
    for layer in (2, 1, 0):
        row = (row + row @ tokens[layer].mean(0)) / 2
    torch.testing.assert_close(attention_rollout(trace, 40).weights[-1], row, atol=1e-5, rtol=0)
    query, key, weight = trace.strongest(1, 2, 1)[0]
    assert weight == pytest.approx(float(tokens[1, 2].max()), abs=1e-5)
    assert abs(query - key) <= RADIUS
    # The own pattern over the same queries and keys gives the same weights, beside the same summaries.
    panel = pattern_panel(trace, trace.pattern, 1, 2, size=LENGTH)
    torch.testing.assert_close(panel.weights.clamp(min=0), tokens[1, 2], atol=1e-5, rtol=0)
    layer = trace.layers[1]
    every = layer.scores(slice(None), slice(None), slice(None))
    position = torch.arange(LENGTH)
    near = every.masked_fill(~layer.reach.allows(position[:, None], position), -math.inf)
    share = torch.exp(near.logsumexp(-1) - every.logsumexp(-1))
    torch.testing.assert_close(captured_mass(trace, trace.pattern).share[1], share, atol=1e-5, rtol=1e-5)


def test_through_summaries_every_token_is_reached(kind, trace):
    found = unreachable_pairs(trace.pattern, LENGTH)
    assert (found.count == 0) == (kind == "transient-global")


@pytest.mark.parametrize("length", [3, 4, SUMMARY, 2 * RADIUS + 1, 63, 64])
def test_rows_of_any_length_add_up_to_1(loaded, length):
    trace = run(loaded, "w5 w9 " * (length // 2) + "w7 " * (length % 2))
    total = trace.weights(2, 1).sum(-1)
    sink = trace.sink_weights(2, 1)
    torch.testing.assert_close(total if sink is None else total + sink, torch.ones(len(total)), atol=1e-5, rtol=0)


def test_outputs_are_those_of_transformers_with_padding_and_its_own_classes_come_back(kind):
    stock, ours = make(kind), make(kind)
    own = {type(module) for module in ours.modules()}
    put_on_interface(ours)
    assert {type(module) for module in ours.modules()} != own
    ids = torch.tensor([TOKENS.ids, TOKENS.ids[::-1]])
    mask = torch.ones_like(ids)
    mask[1, 50:] = 0
    for given in (None, mask):
        expected, got = (model(ids, attention_mask=given).last_hidden_state for model in (stock, ours))
        assert got.equal(expected)
    take_off_interface(ours)
    assert {type(module) for module in ours.modules()} == own


def test_the_window_check_knows_the_radius(kind):
    model = make(kind)
    assert check_pattern(model).passed
    put_on_interface(model)
    assert check_pattern(model).passed
    model.config.local_radius = RADIUS - 1  # The modules keep the radius that they were made with.
    assert check_pattern(model).passed == (kind == "transient-global")


def test_padding_and_several_documents_cannot_be_recorded(kind):
    class Recorder:
        def attention(self, layer):
            assert isinstance(layer.reach, LayerReach)

    model = make(kind)
    put_on_interface(model)
    ids = torch.tensor([TOKENS.ids])
    mask = torch.ones_like(ids)
    mask[0, 60:] = 0
    for given in ((ids, mask), (ids.expand(2, -1), None)):
        with pytest.raises(InputError, match="one whole document"), recording(Recorder()):
            model(*given)
