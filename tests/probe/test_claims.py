"""Claims: the form of the data file, sources, and figures that come from the library."""

import re

import pytest

from longformer_viz import InputError
from longformer_viz.cost.fit import needed_bytes
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.patterns.works import cited_papers
from longformer_viz.probe.claims.claim import VERDICTS, WAYS, Claim, claims
from longformer_viz.probe.claims.figures import NAMES, number

WANTED = (
    "linear",
    "doubling",
    "base_large",
    "sixteen_gb",
    "accumulation",
    "attention_mode",
    "num_globals",
    "markers",
)
WANTED += ("per_layer", "extended", "decoders", "mpt_falcon", "multilingual", "flash", "limit", "sweet_spot")
WANTED += ("best_quality", "similar_accuracy", "gpt4")


def test_every_claim_has_quote_verdict_evidence_and_source():
    ids = [claim.id for claim in claims()]
    assert len(ids) == len(set(ids)) >= 40
    assert set(WANTED) <= set(ids)
    assert {claim.verdict for claim in claims()} == set(VERDICTS)
    assert {claim.how for claim in claims()} == set(WAYS)
    assert {len(claim.quote.split()) < 30 for claim in claims()} == {True}, "short statements only"


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_what_is_quoted_names_its_paper_and_what_is_counted_has_figures(claim):
    if claim.how == "quoted" and claim.verdict != "cannot be checked here":
        assert re.search(r"arXiv:\d{4}\.\d{5}|OpenAI", claim.source)
    if claim.how in ("measured", "predicted"):
        assert claim.figures
    assert set(claim.figures) <= NAMES
    assert "{" not in claim.text


def test_every_paper_and_article_is_named_in_full():
    for claim in claims():
        for paper in cited_papers(claim.source).values():
            assert paper.authors
            assert paper.year
        assert claim.work.url.startswith("https://")


def test_every_figure_is_used():
    assert {name for claim in claims() for name in claim.figures} == NAMES


def test_figures_are_the_librarys():
    base = predict(Setup("huggingface-512", 4096)).flops
    large = predict(Setup("huggingface-512", 4096, "large")).flops
    assert number("large_over_base") == f"{large / base:.2f} times"
    assert number("pairs_doubling") == "4.00 times"
    needed = needed_bytes(Setup("huggingface-512", 4096, batch=2, training=True, device="cuda"))
    assert number("train_4096") == f"{needed / 1e9:.1f} GB"


def test_a_claim_is_checked_when_it_is_made():
    good = {
        "id": "a",
        "article": "guide",
        "quote": "c",
        "verdict": "holds",
        "how": "quoted",
        "evidence": "d",
        "source": "e",
    }
    assert Claim(**good)
    for wrong in ({"verdict": "true"}, {"article": "b"}, {"how": "guessed"}, {"source": " "}):
        with pytest.raises(InputError):
            Claim(**good | wrong)
