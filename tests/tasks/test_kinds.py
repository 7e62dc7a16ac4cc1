"""Kinds of documents: the samples, texts that fit none, and texts that say little."""

import pytest
import torch

from longformer_viz import classify
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.labels.kind_head import DOCUMENT_KINDS, NONE, kind_figures, kind_head, kinds_folder

SAMPLES = {
    "services_contract": "contract",
    "news_dossier": "news article",
    "story": "story",
    "library_notice": "letter or e-mail",
    "research_paper": "research paper",
}
# Known faults, which the model card names.
WRONG = {"quarterly_report": "news article", "support_thread": "letter or e-mail"}
TABLE = "\n".join(" ".join(str(7919 * row * column % 997) for column in range(1, 9)) for row in range(1, 60))
CODE = "def f(a, b):\n    return a << b | ~a & 0xff\n\nfor i in range(9):\n    print(i, f(i, 3) ** 2 % 7)\n" * 8


@pytest.mark.parametrize(("name", "kind"), [*SAMPLES.items(), *WRONG.items()])
def test_the_kinds_of_the_samples(default_model, name, kind):
    found = classify(default_model, sample(name).text, "kinds")
    assert found[0].name == kind
    assert not found.is_perhaps_none


def test_kinds_are_sixteen_and_none(default_model):
    found = classify(default_model, sample("library_notice").text, "kinds")
    assert {label.name for label in found} == {*DOCUMENT_KINDS, NONE}
    assert sum(label.probability for label in found) == pytest.approx(1)
    assert not found.zero_shot


@pytest.mark.parametrize("text", [TABLE, CODE])
def test_numbers_and_code_are_of_no_kind(default_model, text):
    assert classify(default_model, text, "kinds").is_perhaps_none


def test_a_text_of_two_kinds_is_less_certain_than_its_parts(default_model):
    contract, story = sample("services_contract").text, sample("story").text[: len(sample("services_contract").text)]
    alone = [classify(default_model, text, "kinds")[0] for text in (contract, story)]
    both = classify(default_model, f"{contract}\n\n{story}", "kinds")[0]
    assert both.probability < max(label.probability for label in alone)


@pytest.mark.parametrize(
    "text",
    [
        "The lease of the flat ends in May, and the tenant must return the keys to the owner before that day.",
        "Der Vertrag beginnt am ersten Mai und endet nach zwei Jahren. Beide Seiten können ihn kündigen.",
        "7",
    ],
)
def test_little_text_and_other_languages_get_an_answer(default_model, text):
    found = classify(default_model, text, "kinds")
    assert len(found) == len(DOCUMENT_KINDS) + 1
    assert found[0].probability < 0.99


def test_the_shipped_figures_belong_to_the_shipped_head():
    head, figures = kind_head(), kind_figures()
    assert head.weights.shape == (len(DOCUMENT_KINDS) + 1, 384)
    assert torch.isfinite(head.weights).all()
    left_out = figures["left_out"]
    assert left_out["kinds"].keys() == {*DOCUMENT_KINDS, NONE}
    assert sum(one["accuracy"] >= 0.85 for one in left_out["kinds"].values()) >= 8
    assert left_out["calibration_error"] <= 0.05
    assert f"{left_out['accuracy']:.3f}" in (kinds_folder() / "README.md").read_text("utf-8")
