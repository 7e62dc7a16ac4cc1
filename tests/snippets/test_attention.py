"""The Attention page's lines, run as they are: they give the weights in the map."""

import pytest
import torch
import transformers

from longformer_viz import (
    AttentionSpec,
    attention_figure,
    attention_rollout,
    bertviz_page,
    load,
    next_tokens,
    paragraph_starts,
    run,
    sentence_starts,
)
from longformer_viz.patterns.longformer import paper_dilations
from longformer_viz.snippets.attention import (
    BertvizShown,
    ComparedHead,
    FigureShown,
    NextTokensShown,
    RolloutShown,
    ShownHead,
    StrongestShown,
    attention_lines,
)
from longformer_viz.snippets.recorded_run import OWN_FILE
from longformer_viz.snippets.snippet import quoted
from tests.hf.small_families import FAMILIES
from tests.models import small
from tests.models.test_families import TEXT
from tests.models.test_families import tokenizer as word_tokenizer
from tests.snippets.executed import executed

SHORT = "The \"reading\" room's door\n\n\tis closed \\ open. \u202e Why? 1 < 2 {x} 'é'. " * 2
LONG = "The mill is old. It was sold in 2019.\n\n" * 12


@pytest.fixture(scope="module")
def longformer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("longformer")
    small.save(folder, "Longformer")
    return load(str(folder))


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llama")
    FAMILIES["llama"].make().save_pretrained(folder)
    word_tokenizer(wrapped=False).save_pretrained(folder)
    return load(str(folder))


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decoder")
    transformers.LlamaForCausalLM(FAMILIES["llama"].make().config).save_pretrained(folder)
    word_tokenizer(wrapped=False).save_pretrained(folder)
    return load(str(folder))


def same(one, other):
    torch.testing.assert_close(one, other, rtol=0, atol=1e-6)


SPECS = {
    "default": lambda model, tokens: AttentionSpec(8, 1, (0,)),
    "no global token": lambda model, tokens: AttentionSpec(16, 3, ()),
    "typed": lambda model, tokens: AttentionSpec(4, 1, (0, 5, 17, 18, 19, 20)),
    "by layer": lambda model, tokens: AttentionSpec((4, 8), (2, 1), (3,)),
    "by depth": lambda model, tokens: AttentionSpec(8, paper_dilations(2, 4, 2), (0,)),
    "by head": lambda model, tokens: AttentionSpec(8, ((1, 2, 3, 4), (1, 1, 1, 5)), (0,)),
    "sentence starts": lambda model, tokens: AttentionSpec(8, 1, sentence_starts(tokens)),
    "paragraph starts": lambda model, tokens: AttentionSpec(8, 1, paragraph_starts(tokens)),
    "every third": lambda model, tokens: AttentionSpec(8, 1, tuple(range(0, len(tokens), 3))),
}


@pytest.mark.parametrize("name", SPECS)
def test_the_lines_give_the_weights_of_the_map(name, longformer, tmp_path, monkeypatch):
    tokens = longformer.tokenize(LONG, limit=120)
    tokens = longformer.tokenize(LONG[: tokens.offsets[118][1]])
    trace = run(longformer, tokens, SPECS[name](longformer, tokens))
    lines = attention_lines(trace, longformer, ShownHead(1, 3, selected=7), tab=StrongestShown(5))
    assert LONG[:40] not in lines
    found = executed(lines, tmp_path, monkeypatch, tokens.text)
    assert found["trace"].pattern == trace.pattern
    same(found["weights"], trace.weights(1, 3))
    same(found["attended"], trace.weights(1, 3)[7])
    assert found["pairs"] == trace.strongest(1, 3, 5)
    if name.endswith("starts"):
        assert name.replace(" ", "_") in lines
    if name == "every third":
        assert "range(0, len(tokens), 3)" in lines


@pytest.mark.parametrize("text", [SHORT, "it's", 'say "it"', "plain"])
def test_a_short_text_is_quoted_whole(text, longformer, tmp_path, monkeypatch):
    trace = run(longformer, text, AttentionSpec(8, 1, (0,)))
    lines = attention_lines(trace, longformer, ShownHead(0, 0))
    assert OWN_FILE not in lines
    assert executed(lines, tmp_path, monkeypatch)["trace"].tokens == trace.tokens


def test_what_is_quoted_is_read_as_it_was():
    for text in ("", "a", "'", '"', "\\", "'\\'", '"\\', "'\"", "\n\r\t\0", "{}", "\u202e\u2028", "\\'\"", "a\\n'b"):
        assert eval(quoted(text)) == text


@pytest.mark.parametrize("start", [0, 37, 64])
def test_a_part_of_a_long_document_is_the_same_part(start, longformer, tmp_path, monkeypatch):
    text = "One two three four five six seven. " * 30
    tokens = longformer.tokenize(text, start=start, limit=longformer.max_tokens)
    trace = run(longformer, tokens, AttentionSpec(8, 1, sentence_starts(tokens)))
    lines = attention_lines(trace, longformer, ShownHead(0, 1))
    found = executed(lines, tmp_path, monkeypatch, text)
    assert found["trace"].tokens == tokens
    same(found["weights"], trace.weights(0, 1))


def test_the_visible_part_the_band_and_the_selected_sentence(longformer, tmp_path, monkeypatch):
    trace = run(longformer, LONG[:300], AttentionSpec(8, 2, (0,)))
    part = ShownHead(1, 2, 2, "sentence", (10, 40), (5, 30))
    found = executed(attention_lines(trace, longformer, part), tmp_path, monkeypatch, LONG[:300])
    same(found["weights"], trace.weights(1, 2, slice(10, 40), slice(5, 30)))
    stop = trace.tokens.text.index(".") + 1
    inside = [at for at, (start, end) in enumerate(trace.tokens.offsets) if start < end <= stop]
    same(found["attended"], trace.weights(1, 2)[inside[0] : inside[-1] + 1].mean(0))
    straight = attention_lines(trace, longformer, ShownHead(1, 2, is_straight=True))
    same(executed(straight, tmp_path, monkeypatch)["band"], trace.band(1, 2).band)


def test_the_rollout_of_the_followed_token(longformer, tmp_path, monkeypatch):
    trace = run(longformer, LONG[:300], AttentionSpec(8))
    lines = attention_lines(trace, longformer, ShownHead(1, 2), tab=RolloutShown(9))
    same(executed(lines, tmp_path, monkeypatch, LONG[:300])["rolled"].weights, attention_rollout(trace, 9).weights)


@pytest.mark.parametrize("view", ["head", "model"])
def test_the_page_of_bertviz(view, longformer, tmp_path, monkeypatch):
    trace = run(longformer, LONG[:300], AttentionSpec(8))
    lines = attention_lines(trace, longformer, ShownHead(1, 2), tab=BertvizShown(view, 3, 20, 1))
    executed(lines, tmp_path, monkeypatch, LONG[:300])
    assert (tmp_path / "bertviz.html").read_text(encoding="utf-8") == bertviz_page(trace, view, 3, 20, 1).html


def test_the_static_figure(longformer, tmp_path, monkeypatch):
    trace = run(longformer, LONG[:300], AttentionSpec(8))
    lines = attention_lines(trace, longformer, ShownHead(1, 2), tab=FigureShown(11))
    found = executed(lines, tmp_path, monkeypatch, LONG[:300])
    assert found["figure"].to_json() == attention_figure(trace, 1, 2, 11).to_json()


@pytest.mark.parametrize("window", [None, 4])
def test_the_loss_of_next_tokens(window, decoder, tmp_path, monkeypatch):
    trace = run(decoder, TEXT)
    lines = attention_lines(trace, decoder, ShownHead(1, 2), tab=NextTokensShown(window, 1))
    found = executed(lines, tmp_path, monkeypatch, TEXT)
    own = next_tokens(decoder, TEXT)
    same(found["own"].bits[1:], own.bits[1:])
    if window is not None:
        narrower = next_tokens(decoder, TEXT, window, 1)
        assert found["cost"] == pytest.approx(narrower.mean_bits - own.mean_bits, abs=1e-6)


def test_another_family_runs_with_its_own_pattern(llama, tmp_path, monkeypatch):
    trace = run(llama, TEXT)
    lines = attention_lines(trace, llama, ShownHead(3, 1, selected=5))
    assert "AttentionSpec" not in lines
    found = executed(lines, tmp_path, monkeypatch, TEXT)
    same(found["weights"], trace.weights(3, 1))


@pytest.mark.parametrize("is_difference", [False, True])
def test_pinned_runs_and_other_heads_are_compared(is_difference, longformer, tmp_path, monkeypatch):
    text = LONG[:300]
    trace = run(longformer, text, AttentionSpec(8, 1, (0,)))
    other = run(longformer, text, AttentionSpec(4, 2, (0, 9)))
    compared = [ComparedHead('a "name"\n# here', other, 1, 2), ComparedHead("layer 0, head 3", trace, 0, 3)]
    compared = compared[:1] if is_difference else compared
    lines = attention_lines(trace, longformer, ShownHead(1, 2), "this run", compared, is_difference)
    found = executed(lines, tmp_path, monkeypatch, text)
    same(found["weights_1"], other.weights(1, 2))
    if is_difference:
        same(found["difference"], other.weights(1, 2) - trace.weights(1, 2))
    else:
        same(found["weights_2"], trace.weights(0, 3))


def test_a_run_of_another_model_loads_that_model(longformer, tmp_path, monkeypatch):
    text = LONG[:300]
    folder = tmp_path / "other"
    small.save(folder, "Longformer", seed=3)
    other_model = load(str(folder))
    trace, other = run(longformer, text, AttentionSpec(8)), run(other_model, text, AttentionSpec(8, (2, 1)))
    lines = attention_lines(trace, longformer, ShownHead(1, 2), "this", [ComparedHead("other", other, 1, 2)])
    same(executed(lines, tmp_path, monkeypatch, text)["weights_1"], other.weights(1, 2))


def test_a_matrix_too_large_to_return_is_reduced(longformer, tmp_path, monkeypatch):
    monkeypatch.setattr("longformer_viz.snippets.attention._MOST_TOKENS", 50)
    trace = run(longformer, LONG[:300], AttentionSpec(8))
    assert len(trace.tokens) > 50
    found = executed(attention_lines(trace, longformer, ShownHead(1, 2)), tmp_path, monkeypatch, LONG[:300])
    same(found["weights"], trace.overview(1, 2))
