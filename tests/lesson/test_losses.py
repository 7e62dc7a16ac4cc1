"""The chapter on captured mass, against the weights of all pairs: of a small decoder, and of SmolLM2.

Without SmolLM2 on the machine, the chapter runs the default model.
"""

from collections import OrderedDict
from dataclasses import replace

import pytest
import torch
import transformers

from longformer_viz.documents.samples import sample
from longformer_viz.lesson.chapter_models import chapter_model
from longformer_viz.lesson.chapters.losses import ASKED, SAMPLE, WINDOWS, losing
from longformer_viz.lesson.entries import LANGUAGE
from longformer_viz.lesson.wording import share_text
from longformer_viz.models.gguf.smollm2 import NAME, smollm2_folder
from longformer_viz.models.loading import load
from tests.hf.small_families import FAMILIES
from tests.lesson.test_chapters import MOST_WORDS, words
from tests.models.test_families import tokenizer


@pytest.fixture(scope="module", params=["small", pytest.param(NAME, marks=pytest.mark.slow)])
def decoder(request, tmp_path_factory):
    """A small decoder in the place of the built-in language model, or that model, with its weights.

    The weights are `[layers, heads, n, n]`, as transformers computes them for all pairs.
    """
    if request.param == NAME:
        folder = smollm2_folder()
    else:
        folder = tmp_path_factory.mktemp("llama")
        FAMILIES["llama"].make().save_pretrained(folder)
        tokenizer(wrapped=False).save_pretrained(folder)
    model = load(str(folder))
    ids = torch.tensor([model.tokenize(sample(SAMPLE).text).ids])
    eager = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    with torch.no_grad():
        weights = torch.cat(eager(ids, output_attentions=True).attentions)
    return replace(model, name=NAME), weights


def test_captured_mass_and_sink_of_a_decoder_are_those_of_its_weights(decoder):
    model, weights = decoder
    done = []
    chapter = losing(model, done.append)
    n = weights.shape[-1]
    distance = torch.arange(n)[:, None] - torch.arange(n)
    for bar, window in zip(chapter.steps[0].picture.bars, WINDOWS, strict=True):
        kept = float((weights * (distance <= window // 2)).sum(-1).mean())
        assert bar.value == pytest.approx(kept, abs=1e-4)
    near = (distance >= 0) & (distance <= ASKED // 2)
    pairs = share_text(float(near.sum() / (distance >= 0).sum()))
    assert (
        f"a text of {n} tokens, a window of {ASKED} keeps {pairs} of the pairs"
        in chapter.steps[0].prediction.question
    )
    with_first = (weights * (near | (torch.arange(n) == 0))).sum(-1).mean()
    assert chapter.steps[2].picture.bars[1].value == pytest.approx(float(with_first), abs=1e-4)
    sink = weights[..., 0].mean(-1)
    assert chapter.steps[1].picture.bars[0].value == pytest.approx(float(sink.max()), abs=1e-4)
    place = int(sink.argmax())
    assert f"layer {place // sink.shape[1]}, head {place % sink.shape[1]}" in chapter.steps[1].say
    assert chapter.steps[0].say.startswith(f"{NAME} is a language model")
    assert chapter.try_it.state["model"] == NAME
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] < 1
    if weights.shape[0] == 30:
        check_what_the_chapter_tells(chapter)


def check_what_the_chapter_tells(chapter):
    """What the text says in words holds for SmolLM2's numbers: near tokens get more, and one token is a sink."""
    assert words(chapter) <= MOST_WORDS
    kept, with_first = (bar.value for bar in chapter.steps[2].picture.bars)
    estimate = chapter.steps[0].prediction
    (trap,) = estimate.traps
    assert trap.value * estimate.factor < 100 * kept, "nearby tokens get more weight than distant ones"
    assert kept < 0.6, "some heads give much of their weight to distant tokens"
    on_first, on_others = (bar.value for bar in chapter.steps[1].picture.bars)
    assert on_first > 0.5 > 100 * on_others
    assert with_first > kept + 0.2


def test_without_the_language_model_the_default_is_measured_and_named(tmp_path, monkeypatch, default_model):
    monkeypatch.setattr("longformer_viz.models.disk_cache.cache_folder", lambda: tmp_path)
    monkeypatch.setattr("longformer_viz.models.gguf.smollm2.packaged_file", lambda *names: None)
    monkeypatch.setattr("longformer_viz.models.store._entries", OrderedDict())
    found = chapter_model(LANGUAGE)
    assert found.name == default_model.name
    chapter = losing(found)
    assert f"because {NAME} is not on this machine" in chapter.steps[0].say
    assert "model" not in chapter.try_it.state
