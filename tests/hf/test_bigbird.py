"""BigBird's block-sparse attention: outputs and weights are those of transformers, in evaluation mode."""

import pytest
import torch
from transformers import BigBirdConfig, BigBirdForQuestionAnswering, BigBirdModel

from longformer_viz.hf.families import put_on_interface, take_off_interface
from longformer_viz.hf.recording import recording
from longformer_viz.patterns.blocks.block_reach import BlockReach
from longformer_viz.spec import InputError

BLOCK, RANDOM = 4, 2
SHORT = (5 + 2 * RANDOM) * BLOCK  # Up to here transformers uses full attention.
LENGTHS = [SHORT + 1, 90, 96]


class Recorder:
    def __init__(self):
        self.layers = []

    def attention(self, layer):
        self.layers.append(layer)


def make(random_blocks=RANDOM):
    torch.manual_seed(0)
    config = BigBirdConfig(
        vocab_size=100,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=128,
        block_size=BLOCK,
        num_random_blocks=random_blocks,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BigBirdModel(config)
    generator = torch.Generator().manual_seed(1)
    for weight in model.parameters():
        if weight.ndim == 2:
            weight.data = torch.randn(weight.shape, generator=generator) * 1.3 / weight.shape[-1] ** 0.5
    return model.eval().requires_grad_(False)


def ids_of(*shape):
    return torch.randint(3, 100, shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("random_blocks", [1, 3])
@pytest.mark.parametrize("length", LENGTHS)
def test_outputs_equal_those_of_transformers(length, random_blocks):
    stock, ours = make(random_blocks), make(random_blocks)
    put_on_interface(ours)
    ids = ids_of(2, length)
    mask = torch.ones_like(ids)
    mask[1, length - 9 :] = 0
    for given in (torch.ones_like(ids), mask):
        expected, got = (model(ids, attention_mask=given).last_hidden_state for model in (stock, ours))
        torch.testing.assert_close(got[given.bool()], expected[given.bool()], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("length", LENGTHS)
def test_weights_equal_those_of_transformers_with_repeated_keys_added_up(length):
    """transformers returns a repeated key's weight once; the rest of the softmax is missing from its rows."""
    ids = ids_of(1, length)
    theirs = make()(ids, output_attentions=True).attentions
    model, recorder = make(), Recorder()
    put_on_interface(model)
    with recording(recorder):
        model(ids)
    assert len(recorder.layers) == len(theirs)
    position = torch.arange(length)
    for layer, expected in zip(recorder.layers, theirs, strict=True):
        expected = expected[0, :, :length, :length]
        assert isinstance(layer.reach, BlockReach)
        assert layer.reach.length == length
        last = (length - 1) // BLOCK * BLOCK
        assert (expected[:, BLOCK:last].sum(-1) < 0.999).any()
        expected[:, BLOCK:last, :BLOCK] *= RANDOM + 1
        torch.testing.assert_close(expected.sum(-1), torch.ones(4, length), atol=1e-5, rtol=0)
        scores = layer.query @ layer.key.mT + layer.repeats.bonus(position[:, None], position)
        allowed = layer.reach.allows(position[:, None], position)
        assert allowed.equal(expected.amax(0) > 0)
        weights = torch.exp(scores - layer.log_sum_exp[..., None]).masked_fill(~allowed, 0)
        torch.testing.assert_close(weights, expected, atol=1e-5, rtol=0)


def test_a_short_text_leaves_later_texts_block_sparse():
    stock, ours = make(), make()
    put_on_interface(ours)
    short, long = ids_of(1, SHORT), ids_of(1, 90)
    recorder = Recorder()
    expected_long = stock(long).last_hidden_state  # Before the short text, which switches the stock model for good.
    expected_short = stock(short).last_hidden_state
    with recording(recorder):
        torch.testing.assert_close(ours(short).last_hidden_state, expected_short, atol=1e-5, rtol=1e-5)
    assert not any(isinstance(layer.reach, BlockReach) for layer in recorder.layers)
    torch.testing.assert_close(ours(long).last_hidden_state, expected_long, atol=1e-5, rtol=1e-5)
    embeds = ours.embeddings.word_embeddings(short)
    torch.testing.assert_close(ours(inputs_embeds=embeds).last_hidden_state, expected_short, atol=1e-5, rtol=1e-5)


def test_gradients_equal_those_of_transformers():
    gradients = []
    for exchanged in (False, True):
        model = make().requires_grad_(True)
        if exchanged:
            put_on_interface(model)
        model(ids_of(1, 90)).last_hidden_state.pow(2).mean().backward()
        gradients.append({name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], expected, atol=1e-5, rtol=1e-3)


def test_training_draws_the_random_blocks_of_transformers():
    stock, ours = make().train(), make().train()
    put_on_interface(ours)
    ids = ids_of(1, 90)
    torch.testing.assert_close(ours(ids).last_hidden_state, stock(ids).last_hidden_state, atol=1e-5, rtol=1e-5)
    with pytest.raises(InputError, match="evaluation mode"), recording(Recorder()):
        ours(ids)


def test_its_own_attention_comes_back():
    config = make().config
    torch.manual_seed(0)
    model = BigBirdForQuestionAnswering(config).eval()
    ids = ids_of(1, 90)
    before, own = model(ids).start_logits, {type(module) for module in model.modules()}
    put_on_interface(model)
    assert {type(module) for module in model.modules()} != own
    torch.testing.assert_close(model(ids).start_logits, before, atol=1e-5, rtol=1e-5)
    take_off_interface(model)
    assert {type(module) for module in model.modules()} == own
    assert model(ids).start_logits.equal(before)


def test_padding_and_several_documents_cannot_be_recorded():
    model = make()
    put_on_interface(model)
    ids = ids_of(1, 90)
    mask = torch.ones_like(ids)
    mask[0, 70:] = 0
    for given in ((ids, mask), (ids.expand(2, -1), None)):
        with pytest.raises(InputError, match="one whole document"), recording(Recorder()):
            model(*given)
