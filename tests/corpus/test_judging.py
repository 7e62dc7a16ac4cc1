"""Scores with intervals, and a recommendation that is known to be the right one."""

import pytest

from longformer_viz.corpus.agreement import agreement_sentence, agreements
from longformer_viz.corpus.examination import rows_of_document
from longformer_viz.corpus.judging.causes import Mistake
from longformer_viz.corpus.judging.recommendation import judge
from longformer_viz.corpus.plan import Asked, CorpusPlan, settings_to_compare
from longformer_viz.corpus.sources import TEXT, Reference
from longformer_viz.corpus.summary import evidence_sentence, summarize
from longformer_viz.spec import InputError
from longformer_viz.tasks.strategies import CHUNKS, CUT, WHOLE
from tests.corpus.documents import NAMES, QUESTION, text_with_answer


def rows(setting, scores, seconds, **more):
    return [
        {
            "document": f"d{number}",
            "task": "answer",
            "question": "Who?",
            "setting": setting,
            "right": ["x"],
            "f1": score,
            "is_right": score == 1,
            "seconds": seconds,
            "peak_bytes": 10,
            **more,
        }
        for number, score in enumerate(scores)
    ]


def test_scores_are_means_with_an_interval_and_a_cost():
    judged = judge(rows("only", [1.0, 0.0] * 50, 3.6), price_per_hour=0.5)
    (score,) = judged.scores
    assert (score.score, score.exact, score.questions) == (0.5, 0.5, 100)
    assert score.low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02), "the normal interval of a mean of 100 coins"
    assert score.high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.02)
    assert score.cost == pytest.approx(3.6 * 10_000 / 3600 * 0.5)
    assert len(judged.mistakes) == 50


def test_an_equal_setting_that_is_faster_is_recommended():
    equal = [1.0] * 38 + [0.0] * 2
    judged = judge([*rows("slow", [*equal[:-1], 1.0], 3.0), *rows("fast", equal, 1.0)])
    assert judged.scores[0].setting == "slow"
    assert judged.recommended.setting == "fast"
    assert "as good within the interval" in judged.reason
    assert "33% of the time" in judged.reason


def test_a_worse_setting_is_not_recommended_however_fast():
    judged = judge([*rows("good", [1.0] * 40, 3.0), *rows("bad", [0.0] * 12 + [1.0] * 28, 0.1)])
    assert judged.recommended.setting == "good"
    assert "better than every other setting" in judged.reason
    assert judged.scores[1].difference_high < 0


def test_a_much_lower_score_of_a_few_documents_is_not_as_good():
    judged = judge([*rows("good", [1.0, 1.0, 1.0, 0.0], 3.0), *rows("fast", [1.0, 0.0, 0.0, 0.0], 0.1)])
    assert judged.scores[1].difference_high >= 0, "it may be chance"
    assert judged.recommended.setting == "good"


def test_a_few_documents_are_not_enough_and_an_error_counts_as_wrong():
    wrong = [{**row, "error": "It broke.", "f1": None, "is_right": None, "right": None} for row in rows("b", [1], 1)]
    judged = judge([*rows("a", [1.0], 1.0), *wrong])
    assert "With 1 document the intervals are wide" in judged.reason
    assert [score.score for score in judged.scores] == [1.0, 0.0]
    assert judged.scores[1].errors == 1
    assert judged.causes == {"b": {"could not be read": 1}}


@pytest.mark.parametrize("given", [{"rows": []}, {"rows": [{"task": "answer", "document": "a", "setting": "s"}]}])
def test_without_right_answers_nothing_is_judged(given):
    with pytest.raises(InputError, match="right answers"):
        judge(**given)


def test_a_negative_price_is_refused():
    with pytest.raises(InputError, match="0 or more"):
        judge(rows("a", [1.0], 1.0), price_per_hour=-1.0)


def corpus(sentences_before: int):
    """The rows of six documents of about 1,000 tokens whose answer stands behind so many sentences."""
    plan = CorpusPlan(settings=settings_to_compare((CUT.name, CHUNKS.name, WHOLE.name)))
    found = []
    for number, name in enumerate(NAMES[:6]):
        text = text_with_answer(name, sentences_before + number, 70)
        reference = Reference(f"{number}.txt", TEXT, text, asked=(Asked(QUESTION, (name,)),))
        found += [{**row, "seconds": row["tokens_read"]} for row in rows_of_document(plan, reference, str(number))]
    return found


def test_truncation_is_recommended_where_the_answers_come_early():
    judged = judge(corpus(2))
    assert judged.recommended.setting == CUT.name
    assert judged.recommended.score == 1.0


def test_truncation_is_never_recommended_where_the_answers_come_late():
    found = corpus(50)
    judged = judge(found)
    assert judged.recommended.setting != CUT.name
    assert judged.recommended.score == 1.0
    assert judged.causes[CUT.name] == {Mistake.PAST_THE_CUT: 6}
    summary = summarize(found, WHOLE.name)
    assert (summary.past_short, summary.past_long, summary.answered) == (6, 0, 6)
    assert evidence_sentence(summary) == ("For 6 of 6 documents, a 512-token model would have missed an answer.")
    compared = {each.setting: each for each in agreements(found)}
    assert compared[CHUNKS.name].agreement == 1.0
    assert compared[CUT.name].agreement == 0.0
    assert compared[CUT.name].differing == tuple(f"{number}.txt" for number in range(6))
    assert agreement_sentence(list(compared.values())).startswith("Overlapping chunks agrees most")


def test_a_summary_counts_what_cannot_be_read_and_what_failed():
    found = [
        {"document": "a", "task": "document", "tokens": None, "error": "It is empty."},
        {"document": "b", "task": "answer", "setting": "s", "tokens": 9, "error": "Too long."},
        {"document": "b", "task": "answer", "setting": "s", "tokens": 9, "has_answer": False},
        {"document": "b", "task": "label", "setting": "s", "tokens": 9, "result": "letter"},
        {"document": "b", "task": "measure", "tokens": 9, "captured_mass_64": 0.5},
    ]
    summary = summarize(found)
    assert (summary.documents, summary.unreadable, summary.errors, summary.unanswered) == (2, 1, 1, 1)
    assert summary.labels == (("letter", 1),)
    assert summary.captured_mass == ((64, 0.5),)
    assert evidence_sentence(summary) == "No answer found in 2 documents."
