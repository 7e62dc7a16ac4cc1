"""Scores against values worked out by hand, and against the definition counted pair by pair."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from longformer_viz.tasks.scoring import auroc, calibration_error, exact_match, f1, interval, macro_f1, normalized
from longformer_viz.training.calibration import Calibration, Judged, calibrated, prior_weights, quality_of
from longformer_viz.training.datasets import ADVERSARIAL, ANSWERABLE, EDITED, OTHER


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("The  Cat!", "cat"),
        ("a man, a plan", "man plan"),
        ("An apple\tand\nthe tree", "apple and tree"),
        ("U.S.A.", "usa"),
        ("theatre", "theatre"),  # no article within a word
        ("$3.50 (3%)", "350 3"),
        ("“the dog” – it’s", "“ dog” – it’s"),  # as SQuAD has it: only ASCII's punctuation goes
        ("the-end", "theend"),  # punctuation goes before articles do
        ("A", ""),
        ("Čapek", "čapek"),
        ("", ""),
    ],
)
def test_answers_are_compared_without_case_punctuation_and_articles(answer, plain):
    assert normalized(answer) == plain


@pytest.mark.parametrize(
    ("answer", "references", "expected_f1", "expected_match"),
    [
        ("the cat", ["Cat."], 1, 1),
        ("black cat", ["cat"], 2 / 3, 0),
        ("cat cat dog", ["cat dog dog"], 4 / 6, 0),  # words count as often as they come
        ("black cat", ["dog", "black cat sat", "cat"], 4 / 5, 0),  # the best of several
        ("dog", ["cat", "dog"], 1, 1),
        ("dog", ["cat"], 0, 0),
        ("", ["cat"], 0, 0),
        ("the", ["a"], 1, 1),  # nothing is left of both
        ("", [], 1, 1),
        ("dog", [], 0, 0),
    ],
)
def test_f1_and_exact_match(answer, references, expected_f1, expected_match):
    assert f1(answer, references) == pytest.approx(expected_f1)
    assert exact_match(answer, references) == expected_match


def test_macro_f1_counts_every_label_alike():
    true = ["a", "a", "a", "b", "b", "c"]
    said = ["a", "a", "b", "b", "c", "d"]
    # a: 2 of 3 found, 2 of 2 right; b: 1 of 2, 1 of 2; c: none; d is no reference, and counts as missed.
    assert macro_f1(said, true) == pytest.approx((4 / 5 + 2 / 4 + 0 + 0) / 4)
    assert macro_f1(true, true) == 1


def test_calibration_error():
    # Twenty claims, two a bin: each bin claims 0.8 and is right every second time.
    assert calibration_error([0.8] * 20, [True, False] * 10) == pytest.approx(0.3)
    assert calibration_error([1.0, 0.0], [True, False]) == 0
    # Bins of equal count by claim: five claims are five bins of one.
    assert calibration_error([0.1, 0.9, 0.5, 0.3, 0.7], [0, 1, 1, 0, 0]) == pytest.approx(
        (0.1 + 0.1 + 0.5 + 0.3 + 0.7) / 5
    )


@pytest.mark.parametrize("seed", range(5))
def test_auroc_is_the_share_of_pairs_in_order(seed):
    random = np.random.default_rng(seed)
    scores, positive = random.integers(6, size=40), random.random(40) < 0.4  # with ties
    pairs = list(itertools.product(scores[positive], scores[~positive]))
    counted = sum((good > bad) + (good == bad) / 2 for good, bad in pairs) / len(pairs)
    assert auroc(scores, positive) == pytest.approx(counted)


def test_auroc_needs_both_kinds():
    assert math.isnan(auroc([1, 2], [True, True]))
    assert math.isnan(auroc([], []))


def test_the_interval_holds_the_mean_and_narrows():
    values = np.random.default_rng(0).random(400)
    low, high = interval(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.15)
    assert interval(values) == (low, high)
    few = interval(values[:40])
    assert few[1] - few[0] > high - low
    assert interval([0.5]) == (0.5, 0.5)
    assert all(map(math.isnan, interval([])))


@pytest.mark.parametrize("contradicted", [False, True])
def test_calibration_mends_scores_that_are_too_sure(contradicted):
    random = np.random.default_rng(0)
    judged = []
    for number in range(2000):
        answerable = random.random() < 0.5
        best = random.normal(4 if answerable else 0, 3)
        opposed = float(random.random() < (0.6 if contradicted and not answerable else 0.1))
        gap = random.exponential(4)  # to the next span; the larger, the surer
        right = answerable and random.random() < 1 / (1 + math.exp(-gap / 2))
        spans = 1 if number % 20 == 0 else 2  # a short passage may have a single one
        judged.append(
            Judged(
                ((5 * best,), (5 * (best - gap),))[:spans],
                (right, not right)[:spans],
                ANSWERABLE if answerable else EDITED,
                (opposed, 0, 0, 0),
            )
        )
    fitted = calibrated(judged[:1000])
    found = quality_of(judged[1000:], fitted)
    assert found["calibration_error"] < 0.06
    assert found["none_auroc"] > 0.8
    assert fitted.none_slope > 0
    assert fitted.temperature > 1
    assert (fitted.contradictions[0] > 0.5) is contradicted
    without = quality_of(judged[1000:], replace(fitted, contradictions=(0.0,) * 4))
    assert (found["none_auroc"] > without["none_auroc"] + 0.02) is contradicted
    assert set(fitted.settings()) == {"none_slope", "none_bias", "contradictions", "temperature", "weak_below"}
    strong = [one.is_right for one in judged[1000:] if fitted.claimed(one) >= fitted.weak_below]
    assert np.mean(strong) == pytest.approx(0.75, abs=0.06) or (fitted.weak_below == 0.5 and np.mean(strong) > 0.75)


def test_places_of_one_answer_share_its_probability():
    calibration = Calibration(none_slope=1.0, none_bias=0.0, contradictions=(2.0, 0.0, 1.0, 0.0), temperature=1.0)
    one = Judged(((0.0, 0.0), (0.0,)), (True, False), ANSWERABLE)
    assert calibration.claimed(one) == pytest.approx(0.5 * 2 / 3)
    assert calibration.answered(replace(one, contradictions=(0.5, 1.0, 1.0, 0.0))) == pytest.approx(
        1 / (1 + math.exp(2))
    )


def test_no_evidence_is_strong_where_the_best_answers_are_wrong():
    judged = [
        Judged(((float(number),), (0.0,)), (False, True), (ANSWERABLE, OTHER)[number % 2]) for number in range(20)
    ]
    assert calibrated(judged).weak_below == 1.0


def of_kind(kind, score=0.0):
    return Judged(((score,),), (True,), kind)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        # Half for questions with an answer, half for plausible ones without, none for those about other texts.
        ((ANSWERABLE, ANSWERABLE, ANSWERABLE, EDITED, OTHER), (1 / 6, 1 / 6, 1 / 6, 1 / 2, 0)),
        ((ANSWERABLE, EDITED, ADVERSARIAL, OTHER), (1 / 2, 1 / 4, 1 / 4, 0)),
        ((ANSWERABLE, OTHER, OTHER), (1 / 2, 1 / 4, 1 / 4)),
        ((ANSWERABLE, ANSWERABLE), (1 / 2, 1 / 2)),
        ((OTHER,), (1,)),
    ],
)
def test_questions_are_weighed_by_the_prior(kinds, expected):
    assert prior_weights([of_kind(kind) for kind in kinds]) == pytest.approx(expected)


def test_the_calibration_does_not_depend_on_how_many_of_each_kind_were_drawn():
    random = np.random.default_rng(1)
    answerable = [of_kind(ANSWERABLE, score) for score in random.normal(2, 2, 200)]
    edited = [of_kind(EDITED, score) for score in random.normal(0, 2, 200)]
    others = [of_kind(OTHER, score) for score in random.normal(-9, 2, 50)]
    even = calibrated(answerable + edited)
    for drawn in (answerable * 7 + edited, answerable + edited * 3 + others):
        fitted = calibrated(drawn)
        assert fitted.none_slope == pytest.approx(even.none_slope, rel=1e-3)
        assert fitted.none_bias == pytest.approx(even.none_bias, abs=1e-3)
        assert fitted.weak_below == pytest.approx(even.weak_below, abs=1e-3)
