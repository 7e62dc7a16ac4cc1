"""The rows of one document: answers, labels and measurements, their causes of mistakes, and errors as values."""

import pytest

from longformer_viz import AttentionSpec, answer, answer_by_strategies, captured_mass, classify, full_attention, run
from longformer_viz.corpus import examination
from longformer_viz.corpus.examination import rows_of_document
from longformer_viz.corpus.judging.causes import Mistake, mistake_of
from longformer_viz.corpus.plan import Asked, CorpusPlan, Setting, settings_to_compare
from longformer_viz.corpus.sources import TEXT, Reference
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.tasks.strategies import CHUNKS, CUT, RETRIEVE, WHOLE
from tests.corpus.documents import QUESTION, text_with_answer

LATE = text_with_answer("Ada Lindqvist", 55, 70)  # about 1,000 tokens, the answer past 512


def rows(plan: CorpusPlan, text: str = LATE, **more):
    return rows_of_document(plan, Reference("it.txt", TEXT, text, **more), "key")


def test_an_answer_is_that_of_the_library(qa_model):
    (row,) = rows(CorpusPlan(questions=(QUESTION,)))
    found = answer(qa_model, QUESTION, LATE)
    assert row["result"] == found[0].text == "Ada Lindqvist"
    assert (row["start"], row["end"], row["probability"]) == (found[0].start, found[0].end, found[0].probability)
    assert row["no_answer_probability"] == found.none_probability
    assert row["has_answer"]
    assert row["evidence_token"] == found[0].last + 1 > 512
    assert row["tokens"] == len(qa_model.tokenize(LATE))
    assert row["others"][0]["text"] == found[1].text
    assert "error" not in row
    assert "f1" not in row, "no right answer is known"


def test_each_setting_is_that_of_the_library(qa_model):
    plan = CorpusPlan(
        questions=(QUESTION,), settings=settings_to_compare(windows=[64], placements=["First token only", "None"])
    )
    found = {row["setting"]: row for row in rows(plan)}
    assert len(found) == 8
    for result in answer_by_strategies(qa_model, QUESTION, LATE):
        assert found[result.strategy.name]["passage"] == result.outcome
        assert found[result.strategy.name]["probability"] == result.probability
    narrow = answer(qa_model, QUESTION, LATE, AttentionSpec(64, 1, (0,)))
    assert found["Longformer, whole, window 64"]["probability"] == narrow[0].probability
    without = answer(qa_model, QUESTION, LATE, AttentionSpec(None, 1, ()), question_global=False)
    assert found["Longformer, whole, global: none"]["probability"] == without[0].probability


def test_right_answers_are_scored_with_the_cause_of_a_mistake():
    plan = CorpusPlan(settings=(Setting(), Setting(CUT.name)))
    whole, cut = rows(plan, asked=(Asked(QUESTION, ("Ada Lindqvist", "nobody")),))
    assert (whole["f1"], whole["is_right"], whole["cause"]) == (1.0, True, None)
    assert (cut["is_right"], cut["cause"]) == (False, Mistake.PAST_THE_CUT)
    (none,) = rows(CorpusPlan(), asked=(Asked("Who bakes the bread?", ()),))
    assert none["is_right"] == (not none["has_answer"])
    (wrong,) = rows(CorpusPlan(), asked=(Asked(QUESTION, ()),))
    assert (wrong["is_right"], wrong["f1"], wrong["cause"]) == (False, 0.0, Mistake.NO_ANSWER_EXISTS)
    (elsewhere,) = rows(CorpusPlan(), asked=(Asked(QUESTION, ("a keeper who is not named",)),))
    assert elsewhere["cause"] == Mistake.NOT_VERBATIM


def test_causes_follow_from_what_was_read_and_found(qa_model):
    tokens = qa_model.tokenize(LATE)
    asked = Asked(QUESTION, ("Ada Lindqvist",))
    by_strategy = {
        result.strategy: result.answers
        for result in answer_by_strategies(qa_model, QUESTION, tokens, (CUT, CHUNKS, RETRIEVE, WHOLE))
    }
    assert mistake_of(qa_model, asked, tokens, CUT, by_strategy[CUT]) == Mistake.PAST_THE_CUT
    ferry = Asked("When does the ferry leave?", ("Ada Lindqvist",))
    other = answer(qa_model, ferry.question, tokens, count=1)
    assert mistake_of(qa_model, ferry, tokens, WHOLE, other) == Mistake.NEVER_FOUND
    second = Asked(QUESTION, (by_strategy[WHOLE][1].text,))
    assert mistake_of(qa_model, second, tokens, WHOLE, by_strategy[WHOLE]) == Mistake.RANKED_LOWER
    first = answer(qa_model, QUESTION, tokens, max_tokens=512, parts=[(0, 300)])
    assert mistake_of(qa_model, asked, tokens, RETRIEVE, first) == Mistake.NOT_RETRIEVED


def test_an_answer_longer_than_the_overlap_may_lie_across_a_border(qa_model):
    long_text = text_with_answer("Ada Lindqvist", 30, 70)
    tokens = qa_model.tokenize(long_text)
    long_answer = long_text[long_text.index("Ada") - 900 : long_text.index("Ada") + 900]
    found = answer(qa_model, QUESTION, tokens, max_tokens=512, overlap=64)
    assert mistake_of(qa_model, Asked(QUESTION, (long_answer,)), tokens, CHUNKS, found) == Mistake.ACROSS_A_BORDER
    assert mistake_of(qa_model, Asked(QUESTION, (long_answer,)), tokens, WHOLE, found) != Mistake.ACROSS_A_BORDER


def test_labels_are_those_of_the_library(default_model):
    (kinds,) = rows(CorpusPlan(labels="kinds"), label="Story")
    found = classify(default_model, LATE, "kinds")
    assert (kinds["result"], kinds["probability"]) == (found[0].name, found[0].probability)
    assert kinds["is_right"] == (found[0].name == "story")
    (own,) = rows(CorpusPlan(labels=("about the sea", "about law")), label="about the sea")
    assert own["result"] == classify(default_model, LATE, ["about the sea", "about law"])[0].name
    cut, whole = rows(CorpusPlan(labels="sentiment", settings=(Setting(CUT.name), Setting(), Setting(window=64))))
    assert (cut["setting"], whole["setting"]) == (CUT.name, WHOLE.name)
    assert whole["probability"] == classify(default_model, LATE, "sentiment")[0].probability


def test_captured_mass_is_that_of_the_library(default_model):
    (row,) = rows(CorpusPlan(measure=True, windows=(64, 2048)))
    trace = run(default_model, LATE, AttentionSpec())
    full = full_attention(trace)
    for window in (64, 2048):
        pattern = LongformerPattern(AttentionSpec(window).layers(trace.own_windows, trace.heads))
        assert row[f"captured_mass_{window}"] == pytest.approx(captured_mass(trace, pattern, full).mean, abs=1e-6)
    assert row["captured_mass_2048"] == 1.0
    assert row["measured_tokens"] == row["tokens"]
    assert row["share_past_512"] is None, "nothing was asked"
    early, late = text_with_answer("Tom Okafor", 2, 3), text_with_answer("Ada Lindqvist", 55, 70)
    asked = (QUESTION, "Who repairs the lighthouse at first?")
    *answers, measured = rows(CorpusPlan(questions=asked, measure=True, windows=(64,)), f"{early} {late}")
    ends = [answer["evidence_token"] for answer in answers if answer["has_answer"]]
    assert ends
    assert measured["share_past_512"] == sum(end > 512 for end in ends) / len(ends)
    assert measured["share_past_4096"] == 0.0


def test_an_error_is_a_row_and_the_others_stay():
    long_question = "why " * 600
    short, long = rows(CorpusPlan(questions=(QUESTION, long_question), settings=(Setting(CHUNKS.name),)))
    assert short["result"] == "Ada Lindqvist"
    assert "may have at most" in long["error"]
    assert (long["task"], long["question"], long["setting"]) == ("answer", long_question, CHUNKS.name)
    (empty,) = rows(CorpusPlan(questions=(QUESTION,)), text=" ")
    assert (empty["task"], empty["tokens"]) == ("document", None)
    assert "is empty" in empty["error"]


def test_an_unexpected_error_is_a_row_too(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("out of something")

    monkeypatch.setattr(examination, "answer", broken)
    first, second = rows(CorpusPlan(questions=(QUESTION,), labels="kinds"))
    assert first["error"] == "An unexpected error: RuntimeError. 'out of something'"
    assert second["result"]
    monkeypatch.setattr(examination, "read_content", broken)
    (unread,) = rows(CorpusPlan(questions=(QUESTION,)))
    assert unread["task"] == "document"


def test_a_document_without_a_question_has_a_row():
    (row,) = rows(CorpusPlan(), text="Short text.")
    assert (row["task"], "error" in row) == ("document", False)
