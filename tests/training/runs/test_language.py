"""A conversion with its report, and training on masked tokens that goes on from it."""

import json

import pytest
import torch
import transformers

from longformer_viz import load
from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.models.converting.language_models import read_language_model
from longformer_viz.models.converting.report import conversion_report
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.labelled import LabelledDocument
from longformer_viz.training.own_data.reading import TrainingData
from longformer_viz.training.runs import process
from longformer_viz.training.runs.run_examples import IGNORED, masked
from longformer_viz.training.runs.run_state import DONE, read_run
from tests.models import small

FAMILIES = ("Bert", "Roberta", "XLMRoberta")
TEXT = "The keys of the library are lost. " * 12


def documents(count=10):
    return TrainingData(documents=tuple(LabelledDocument(n, f"{TEXT}Notice {n}.", ()) for n in range(count)))


@pytest.fixture(params=FAMILIES)
def converted(request, tmp_path):
    small.save(tmp_path / "source", request.param, "ForMaskedLM")
    source, tokenizer = read_language_model(str(tmp_path / "source"))
    return source, longformer_from(source, tokenizer.sep_token_id, 32, 200, keep_language_head=True), tokenizer


def test_every_point_of_the_report_holds(converted):
    source, target, _ = converted
    report = conversion_report(source, target)
    assert [check.name for check in report if not check.holds] == []
    assert len(report) == 7


@torch.no_grad()
def test_masked_tokens_are_predicted_as_before(converted):
    source, target, tokenizer = converted
    inputs = tokenizer("The keys of", return_tensors="pt")
    inputs = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    torch.testing.assert_close(target(**inputs).logits, source(**inputs).logits, atol=1e-4, rtol=1e-4)


FAULTS = {
    "Trained positions": lambda model: model.embeddings.position_embeddings.weight[5].add_(1),
    "Further positions": lambda model: model.embeddings.position_embeddings.weight[90:99].add_(1),
    "Reserved rows": lambda model: model.embeddings.position_embeddings.weight[0].fill_(1),
    "Token types": lambda model: model.embeddings.token_type_embeddings.weight.add_(1),
    "Global projections": lambda model: model.encoder.layer[1].attention.self.query_global.weight.add_(1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_planted_fault_is_found(converted, name):
    source, target, _ = converted
    model = target.longformer
    with torch.no_grad():
        FAULTS[name](model)
    assert name in {check.name for check in conversion_report(source, target) if not check.holds}


def test_shared_global_projections_are_found(converted):
    source, target, _ = converted
    attention = target.longformer.encoder.layer[0].attention.self
    attention.key_global = attention.key
    failed = [check.name for check in conversion_report(source, target) if not check.holds]
    assert failed == ["Independent global projections"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_run_converts_and_lowers_the_loss(make_run, tmp_path, family):
    small.save(tmp_path / "source", family, "ForMaskedLM")
    settings = {"base": str(tmp_path / "source"), "positions": 300, "max_tokens": 100, "window": 32}
    run = make_run(data=documents(), method="all weights", epochs=3, learning_rate=0.01, **settings)
    assert process.train(run.folder) == DONE
    found = read_run("one")
    bits = [each["bits_per_token"] for each in found.evaluations]
    assert [each["epoch"] for each in found.evaluations] == [0, 1, 2, 3]
    assert min(bits[1:]) < 0.7 * bits[0]
    assert all(check["holds"] for check in json.loads((run.folder / "conversion.json").read_text()))
    stock = transformers.AutoModelForMaskedLM.from_pretrained(run.folder / "model")
    assert type(stock).__name__ == "LongformerForMaskedLM"
    assert load("run:one").max_tokens == 300
    assert "perplexity of masked tokens" in (run.folder / "model" / "README.md").read_text()
    process.train(make_run("two", base="run:one", epochs=1).folder)
    assert load("run:two").labels == ("books", "keys")


def test_no_epoch_only_converts(make_run, tmp_path):
    small.save(tmp_path / "source", "XLMRoberta", "ForMaskedLM")
    run = make_run(data=documents(), base=str(tmp_path / "source"), positions=300, window=32, epochs=0)
    assert process.train(run.folder) == DONE
    assert len(read_run("one").evaluations) == 1
    assert load("run:one").max_tokens == 300


def test_masks_follow_the_shares():
    tokenizer = small.tokenizer("Roberta")
    ids = torch.randint(10, len(tokenizer), (4, 5000))
    ids[:, 0] = tokenizer.cls_token_id
    changed, targets = masked(ids, tokenizer, torch.Generator().manual_seed(0))
    chosen = targets != IGNORED
    assert chosen.float().mean() == pytest.approx(0.15, abs=0.01)
    assert not chosen[:, 0].any()
    assert torch.equal(changed[~chosen], ids[~chosen])
    assert (changed[chosen] == tokenizer.mask_token_id).float().mean() == pytest.approx(0.8, abs=0.02)
    assert (changed[chosen] == ids[chosen]).float().mean() == pytest.approx(0.1, abs=0.02)


def test_a_base_without_a_head_for_masked_tokens_is_refused(tmp_path):
    small.save(tmp_path / "base", "Bert")
    with pytest.raises(InputError, match="head for masked tokens"):
        read_language_model(str(tmp_path / "base"))
    small.save(tmp_path / "led", "LED")
    with pytest.raises(InputError, match="family led"):
        read_language_model(str(tmp_path / "led"))
