"""Models of other families load as they are, and their traces hold the weights of `eager`."""

import json
import math

import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from longformer_viz.hf.families import put_on_interface, take_off_interface
from longformer_viz.models.loading import load
from longformer_viz.models.running import run
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.answering import answer
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.heads import head_grid
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.trace.rollout import attention_rollout
from longformer_viz.trace.tokens import Tokens
from tests.hf import test_bigbird as bigbird
from tests.hf.small_families import FAMILIES, WINDOW

LENGTH = 3 * WINDOW
WORDS = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3} | {f"w{number}": number for number in range(4, 100)}
TEXT = " ".join(f"w{4 + number * 7 % 96}" for number in range(LENGTH))

_IDS = tuple(4 + number * 7 % 96 for number in range(LENGTH))
TOKENS = Tokens(_IDS, ((0, 0),) * LENGTH, tuple(f"w{number}" for number in _IDS), "")


def tokenizer(*, wrapped):
    """A tokenizer of words; wrapped: whether a document gets special tokens around it."""
    inner = Tokenizer(models.WordLevel(WORDS, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    if wrapped:
        ends = [("<s>", 1), ("</s>", 2)]
        inner.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    special = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=inner, **special)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folders = {}

    def save(name):
        if name not in folders:
            folder = tmp_path_factory.mktemp("family")
            FAMILIES[name].make().save_pretrained(folder)
            tokenizer(wrapped=not FAMILIES[name].is_decoder).save_pretrained(folder)
            folders[name] = folder
        return folders[name]

    return save


@pytest.mark.parametrize("name", FAMILIES)
def test_every_weight_is_that_of_eager(saved, name):
    model = load(str(saved(name)), convert=False)
    trace = run(model, TOKENS)
    assert model.note == ""
    assert tuple((reach.left, reach.right) for reach in model.reaches) == FAMILIES[name].reach
    eager = FAMILIES[name].make("eager")(input_ids=torch.tensor([trace.tokens.ids]), output_attentions=True)
    assert len(trace.layers) == len(eager.attentions)
    for layer, expected in enumerate(eager.attentions):
        for head in range(trace.heads):
            weights = trace.weights(layer, head)
            torch.testing.assert_close(weights, expected[0, head], atol=1e-5, rtol=0)
            sink = trace.sink_weights(layer, head)
            total = weights.sum(-1) + (0 if sink is None else sink)
            torch.testing.assert_close(total, torch.ones(len(weights)), atol=1e-4, rtol=0)
    assert (trace.sink_weights(0, 0) is not None) == (name == "gpt_oss")


def test_the_text_is_cut_with_and_without_special_tokens(saved):
    decoder, encoder = load(str(saved("llama"))), load(str(saved("modernbert")))
    assert decoder.tokenize(TEXT, 2, 4).pieces == tuple(TEXT.split()[2:6])
    assert encoder.tokenize(TEXT, 2, 4).pieces == ("<s>", *TEXT.split()[2:4], "</s>")


def test_a_family_that_is_not_tested_says_so(tmp_path):
    torch.manual_seed(0)
    config = transformers.PhiConfig(
        vocab_size=100, hidden_size=48, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4
    )
    transformers.PhiModel(config).save_pretrained(tmp_path)
    tokenizer(wrapped=False).save_pretrained(tmp_path)
    model = load(str(tmp_path))
    assert model.note == "not tested with this family"
    assert run(model, TEXT).reach(0).is_causal


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (
            lambda: transformers.BloomModel(
                transformers.BloomConfig(vocab_size=100, hidden_size=48, n_layer=2, n_head=4)
            ),
            "has its own attention code",
        ),
        (
            lambda: transformers.MambaModel(
                transformers.MambaConfig(vocab_size=100, hidden_size=48, num_hidden_layers=2, state_size=4)
            ),
            "must compute attention",
        ),
    ],
    ids=["bloom", "mamba"],
)
def test_a_model_that_cannot_be_recorded_is_refused_with_the_reason(tmp_path, make, reason):
    make().save_pretrained(tmp_path)
    tokenizer(wrapped=False).save_pretrained(tmp_path)
    with pytest.raises(InputError, match=reason):
        load(str(tmp_path))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"model_type": "own", "auto_map": {"AutoModel": "own.Model"}}, "needs its own code"),
        ({"model_type": "own"}, "is of 'own'"),
    ],
)
def test_a_family_that_transformers_does_not_know_is_refused(tmp_path, config, reason):
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=reason):
        load(str(tmp_path))


def test_biases_of_mpt_end_as_its_configuration_says(saved):
    model = load(str(saved("mpt")))
    assert (model.max_tokens, model.trained_tokens) == (512, 512)
    with pytest.raises(InputError, match="512"):
        run(model, "w5 " * 600)


def test_mpt_gets_its_own_attention_back():
    model = FAMILIES["mpt"].make()
    ids = torch.tensor([_IDS])
    before = model(ids).last_hidden_state
    own = {type(module) for module in model.modules()}
    put_on_interface(model)
    assert {type(module) for module in model.modules()} != own
    take_off_interface(model)
    assert {type(module) for module in model.modules()} == own
    assert model.config._attn_implementation == "eager"
    assert model(ids).last_hidden_state.equal(before)


def test_learned_positions_end_and_rotary_ones_go_on(saved):
    learned, rotary = load(str(saved("gpt2"))), load(str(saved("llama")))
    assert (learned.max_tokens, learned.trained_tokens) == (512, 512)
    assert rotary.trained_tokens == 512
    assert rotary.max_tokens > 512
    assert load(str(saved("roberta")), convert=False).max_tokens == 519
    with pytest.raises(InputError, match="512"):
        run(learned, "w5 " * 600)
    assert len(run(rotary, "w5 " * 600).tokens) == 600


def test_its_own_windows_cannot_be_set(saved):
    model = load(str(saved("mistral")))
    for spec in (AttentionSpec(window=8), AttentionSpec(dilation=2), AttentionSpec(global_positions=(0,))):
        with pytest.raises(InputError, match="its own windows"):
            run(model, TEXT, spec)
    with pytest.raises(InputError):
        answer(model, "what?", TEXT)


def test_the_progress_ends_a_run(saved):
    done = []
    run(load(str(saved("llama"))), TEXT, progress=done.append)
    assert done == [0.25, 0.5, 0.75, 1.0]


def test_a_bigbird_runs_with_its_own_blocks(tmp_path):
    small = bigbird.make()
    small.save_pretrained(tmp_path)
    tokenizer(wrapped=True).save_pretrained(tmp_path)
    model = load(str(tmp_path))
    assert (model.note, {reach.label for reach in model.reaches}) == ("", {"block-sparse"})
    assert "count 3 times" in model.reaches[0].note
    short, trace = run(model, "w5 " * 20), run(model, TEXT)
    assert {short.reach(layer).label for layer in range(3)} == {"full"}
    length, block = len(trace.tokens), bigbird.BLOCK
    last = (length - 1) // block * block
    theirs = small(torch.tensor([trace.tokens.ids]), output_attentions=True).attentions
    weights = torch.stack(theirs)[:, 0, :, :length, :length]
    weights[:, :, block:last, :block] *= bigbird.RANDOM + 1  # transformers shows each repeated key once.
    for layer, head in ((0, 0), (1, 3), (2, 1)):
        expected = weights[layer, head]
        torch.testing.assert_close(trace.weights(layer, head), expected, atol=1e-5, rtol=0)
        band = trace.band(layer, head).band
        torch.testing.assert_close(band.sum(-1), torch.ones(length), atol=1e-5, rtol=0)
        assert band[20, length - 1] == pytest.approx(float(expected[20, 20]), abs=1e-5)
        overview = trace.overview(layer, head, length, outside=-1.0)
        torch.testing.assert_close(overview.clamp(min=0), expected, atol=1e-5, rtol=0)
        assert (overview == -1).equal(expected == 0)
        query, key, weight = trace.strongest(layer, head, 1)[0]
        assert weight == pytest.approx(float(expected.max()), abs=1e-5)
        assert weight == pytest.approx(float(expected[query, key]), abs=1e-5)
    done = []
    rolled = attention_rollout(trace, 40, done.append).weights
    row = torch.zeros(length)
    row[40] = 1
    for layer in (2, 1, 0):
        row = (row + row @ weights[layer].mean(0)) / 2
    torch.testing.assert_close(rolled[-1], row, atol=1e-5, rtol=0)
    assert done[-1] == pytest.approx(1)
    grid = head_grid(trace)
    entropy = -torch.special.xlogy(weights, weights).sum(-1).mean(-1) / math.log(2)
    torch.testing.assert_close(grid.entropy_bits.float(), entropy, atol=1e-4, rtol=1e-4)
    # The pattern has the pairs that get a weight, and the whole of full attention with the same repeats.
    position = torch.arange(length)
    assert trace.pattern.allows(0, 0, position[:, None], position).equal(weights[0, 0] > 0)
    assert trace.pairs_scored == int((weights > 0).sum())
    scores = trace.layers[1].scores(slice(None), slice(None), slice(None))
    share = torch.exp(trace.layers[1].log_sum_exp - scores.logsumexp(-1))
    torch.testing.assert_close(captured_mass(trace, trace.pattern).share[1], share, atol=1e-5, rtol=1e-5)
    panel = pattern_panel(trace, trace.pattern, 1, 2, size=length)
    torch.testing.assert_close(panel.weights.clamp(min=0), weights[1, 2], atol=1e-5, rtol=0)
