"""The chapter on captured mass, on a small decoder against weights that torch computes, and on the default model."""

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
from longformer_viz.models.gguf.smollm2 import NAME
from longformer_viz.models.loading import load
from tests.hf.small_families import FAMILIES
from tests.models.test_families import tokenizer


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    """A small decoder in the place of the built-in language model, and its weights `[layers, heads, n, n]`."""
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
    assert f"scores {pairs} of the pairs" in chapter.steps[0].prediction.question
    sink = weights[..., 0].mean(-1)
    assert chapter.steps[1].picture.bars[0].value == pytest.approx(float(sink.max()), abs=1e-4)
    place = int(sink.argmax())
    assert f"layer {place // sink.shape[1]}, head {place % sink.shape[1]}" in chapter.steps[1].say
    assert chapter.steps[0].say.startswith(f"{NAME}, a language model")
    assert chapter.try_it.state["model"] == NAME
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] < 1


def test_without_the_language_model_the_default_is_measured_and_named(tmp_path, monkeypatch, default_model):
    monkeypatch.setattr("longformer_viz.models.disk_cache.cache_folder", lambda: tmp_path)
    monkeypatch.setattr("longformer_viz.models.gguf.smollm2.packaged_file", lambda *names: None)
    monkeypatch.setattr("longformer_viz.models.store._entries", OrderedDict())
    found = chapter_model(LANGUAGE)
    assert found.name == default_model.name
    chapter = losing(found)
    assert f"because {NAME} is missing" in chapter.steps[0].say
    assert "model" not in chapter.try_it.state
