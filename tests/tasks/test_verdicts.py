"""The verdict says which strategies agree, never which is right, and scores them where the reader knows."""

from dataclasses import replace

import pytest

from longformer_viz import answer, load
from longformer_viz.tasks.chunking import (
    CHUNKS,
    CUT,
    RETRIEVE,
    RETRIEVE_LONG,
    WHOLE,
    StrategyResult,
    answer_by_strategies,
)
from longformer_viz.tasks.verdicts import agree, groups, verdict

TEXT = "The client is Harlow Brothers of Dunmere. The contractor is Venn. The witness is Ann Lee."


@pytest.fixture(scope="module")
def answers():
    return answer(load(task="qa"), "Who is the client?", TEXT)


@pytest.fixture(scope="module")
def reading_of(answers):
    def reading(strategy, words, probability=0.5, seconds=1.0, none=0.1):
        start = TEXT.index(words)
        best = replace(
            answers[0], text=words, start=start, end=start + len(words), probability=probability, places=()
        )
        return StrategyResult(
            strategy=strategy,
            outcome=words,
            probability=probability,
            tokens_read=100,
            tokens_indexed=0,
            padded_tokens=200,
            passes=1,
            elapsed_seconds=seconds,
            peak_bytes=None,
            evidence=((best.start, best.end),),
            answers=replace(answers, spans=(best,), none_probability=none),
        )

    return reading


def test_all_agree(reading_of):
    found = [reading_of(CUT, "Venn", seconds=0.1), reading_of(CHUNKS, "Venn", 0.9), reading_of(WHOLE, "Venn")]
    assert verdict(found) == (
        "All 3 strategies find the same answer. Longformer, whole took 1 s. The fastest strategy that agrees with "
        "it, Truncate at 512, took 0.1 s."
    )


def test_another_name_and_an_answer_that_only_overlaps_are_other_answers(reading_of):
    found = [
        reading_of(CUT, "Ann Lee", 0.99),
        reading_of(CHUNKS, "The client is Harlow Brothers", 0.7),
        reading_of(RETRIEVE, "Harlow Brothers", 0.6, seconds=0.5),
        reading_of(WHOLE, "Harlow Brothers", 0.8),
    ]
    assert [len(group) for group in groups(found)] == [2, 1, 1]
    assert verdict(found) == (
        "2 of 4 strategies find the same answer: Retrieve, then read; Longformer, whole. The others find something "
        "else: Truncate at 512 (99%); Overlapping chunks (70%). Agreement does not show which answer is right. "
        "Longformer, whole took 1 s. The fastest strategy that agrees with it, Retrieve, then read, took 0.5 s."
    )


def test_none_agree(reading_of):
    found = [reading_of(CUT, "Venn", 0.4), reading_of(WHOLE, "Ann Lee", 0.8)]
    assert verdict(found) == (
        "The 2 strategies find 2 different results: Truncate at 512 (40%); Longformer, whole (80%). Agreement does "
        "not show which answer is right."
    )


def test_no_answer_is_a_result_of_its_own(reading_of):
    none, other = reading_of(WHOLE, "Venn", 0.3, none=0.64), reading_of(CHUNKS, "Ann Lee", 0.2, none=0.7)
    assert agree(none, other), "both find none, whatever their best guesses"
    assert verdict([none, other]).startswith("All 2 strategies find no answer in this document.")
    cut = reading_of(CUT, "Venn", 0.6, none=0.2)
    assert not agree(cut, none)
    assert "Truncate at 512 (60%)" in verdict([cut, none, other])
    assert "Longformer, whole (no answer, 64%)" in verdict([cut, replace(cut, strategy=CHUNKS), none])


def test_a_known_right_answer_makes_it_a_score(reading_of):
    found = [
        reading_of(CUT, "Ann Lee", 0.99),
        reading_of(CHUNKS, "Harlow Brothers of Dunmere", 0.7),
        reading_of(RETRIEVE_LONG, "Harlow Brothers", 0.6, seconds=2.0),
        reading_of(WHOLE, "Harlow Brothers", 0.8),
    ]
    assert verdict(found, "the harlow brothers.").startswith(
        "2 of 4 strategies give the right answer (exact match): Retrieve, then Longformer; Longformer, whole. F1 of "
        "the others: Truncate at 512 0.00; Overlapping chunks 0.67. Longformer, whole took 1 s, the shortest time of "
        "the strategies that agree. The next, Retrieve, then Longformer, took 2 s."
    )
    assert verdict(found, "Dunmere").startswith("None of the 4 strategies gives the right answer. F1: ")
    assert verdict(found[2:], "Harlow Brothers").startswith("All 2 strategies give the right answer (exact match).")
    assert verdict(found, "  ") == verdict(found)
    silent = reading_of(CUT, "Harlow Brothers", 0.3, none=0.6)
    assert "Truncate at 512 0.00" in verdict([silent, found[3]], "Harlow Brothers"), "its guess is no answer"


def test_labels_agree_by_name():
    def labelled(strategy, name, seconds):
        return StrategyResult(strategy, name, 0.5, 100, 0, 200, 1, seconds, None, ((0, 9),))

    found = [labelled(CUT, "hockey", 0.1), labelled(CHUNKS, "golf", 0.5), labelled(WHOLE, "golf", 1.0)]
    assert "2 of 3 strategies choose the same label: Overlapping chunks; Longformer, whole." in verdict(found)
    assert verdict(found[1:]).startswith("All 2 strategies choose the same label.")


def test_the_verdict_of_a_real_document_never_calls_an_answer_right_unasked():
    readings = answer_by_strategies(load(task="qa"), "Who is the client?", TEXT)
    said = verdict(readings)
    assert said.startswith("All 5 strategies find the same answer.")
    assert "right" not in said
    assert "right answer (exact match)" in verdict(readings, readings[0].outcome)
