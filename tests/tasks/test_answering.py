"""Answers are spans of the document, ranked by probability; a long document is read whole, in overlapping parts."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from longformer_viz import AttentionSpec, InputError, answer, load
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.answering import pair_logits, probabilities
from longformer_viz.tasks.qa_input import joined_pair, own_tokens
from longformer_viz.tasks.splitting import overlapping_parts, spec_of_part
from longformer_viz.trace.tokens import Tokens
from tests.models import small

QUESTION = "Who decides when the room reopens?"
NOTICE = sample("library_notice").text
CALIBRATION = {"none_slope": 0.5, "none_bias": -1.0, "temperature": 2.0}


@pytest.fixture(scope="module")
def model():
    return load(task="qa")


@pytest.fixture(scope="module")
def own_model(tmp_path_factory):
    """A small random model of 200 tokens, with windows of its own and RoBERTa's tokenizer."""
    folder = tmp_path_factory.mktemp("model")
    small.save(folder, "Longformer", "ForQuestionAnswering", attention_window=[16, 32])
    return load(str(folder))


@pytest.fixture(params=["default", "own"])
def any_model(request, model, own_model):
    return model if request.param == "default" else own_model


def words_of(tokens, place):
    return tokens.text[slice(*tokens.offsets[place])]


# Spans


def test_ranked_spans_stand_in_the_document_and_do_not_overlap(any_model):
    document = NOTICE[:600] + "\n\nGrüße – 雪, 😀 and e\u0301lan."
    found = answer(any_model, QUESTION, document, count=12)
    tokens = any_model.tokenize(document)
    assert len(found) == 12
    for number, span in enumerate(found):
        assert document[span.start : span.end] == span.text != ""
        assert span.start == tokens.offsets[span.first][0]
        assert span.end == tokens.offsets[span.last][1]
        assert span.last - span.first < 40
        assert all(span.end <= other.start or other.end <= span.start for other in found.spans[:number])
    chances = [span.probability for span in found]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1 + 1e-9


def test_every_answer_has_a_letter_or_a_digit(any_model):
    document = "The rent is 900 euros a month, and the lease ends in 2031."
    found = answer(any_model, "What is the rent?", document, count=20)
    assert "900" in " ".join(span.text for span in found)
    assert all(any(map(str.isalnum, span.text)) for span in found), [span.text for span in found]


def test_the_question_is_no_answer(any_model):
    document = "Nothing here is of any use."
    found = answer(any_model, "When does it reopen?", document, count=20)
    assert all(document[span.start : span.end] == span.text for span in found)
    assert np.isfinite(found.start_scores).sum() == len(own_tokens(any_model.tokenize(document)))


def test_scores_are_those_of_the_document_against_no_answer(any_model):
    tokens = any_model.tokenize(NOTICE[:500])
    found = answer(any_model, QUESTION, tokens)
    pair = joined_pair(any_model, any_model.tokenize(QUESTION), tokens)
    start, end, none = pair_logits(any_model, pair, AttentionSpec())
    assert found.start_scores.shape == found.end_scores.shape == (len(tokens),)
    own = slice(1, len(tokens) - 1)
    np.testing.assert_allclose(
        found.start_scores[own] + found.end_scores[own], (start + end - none).numpy(), atol=1e-4
    )
    assert (found.start_scores[[0, -1]] == -np.inf).all()
    # The scored span may have been extended to whole words.
    inside = range(found[0].first, found[0].last + 1)
    sums = [
        found.start_scores[first] + found.end_scores[last] for first in inside for last in inside if first <= last
    ]
    assert min(abs(total - found.score) for total in sums) < 1e-4
    assert found.tokens_read == len(pair.tokens)
    assert found.passes == 1
    assert found.elapsed_seconds > 0


def test_one_document_gives_one_answer_as_text_or_as_tokens(model):
    by_text, by_tokens = (answer(model, QUESTION, document) for document in (NOTICE, model.tokenize(NOTICE)))
    assert by_text.spans == by_tokens.spans


def test_the_default_answers_as_its_task_does(default_model, model):
    assert answer(default_model, QUESTION, NOTICE).spans == answer(model, QUESTION, NOTICE).spans


def test_fewer_answers_than_asked_for(model):
    found = answer(model, "What?", "Yes")
    assert [span.text for span in found] == ["Yes"]
    assert len(answer(model, QUESTION, NOTICE, count=1)) == 1


# Probabilities


def test_probabilities_share_what_is_left_beside_no_answer(model):
    found = answer(replace(model, settings={"calibration": CALIBRATION}), QUESTION, NOTICE, count=20)
    some = 1 / (1 + math.exp(-(0.5 * found.score - 1.0)))
    assert found.none_probability == pytest.approx(1 - some)
    assert sum(span.probability for span in found) == pytest.approx(some)


def test_a_head_that_never_learned_it_says_nothing_of_no_answer(own_model):
    found = answer(own_model, QUESTION, NOTICE[:300], count=20)
    assert found.none_probability is None
    assert sum(span.probability for span in found) == pytest.approx(1)


def test_probabilities_from_scores():
    none, chances = probabilities([2.0, 0.0], CALIBRATION)
    assert none == pytest.approx(0.5)
    assert chances == pytest.approx([0.5 * math.e / (1 + math.e), 0.5 / (1 + math.e)])
    assert probabilities([1e6], CALIBRATION) == (0.0, [1.0])
    assert probabilities([-1e6], CALIBRATION)[0] == 1.0
    assert probabilities([], CALIBRATION) == (1.0, [])
    assert probabilities([], None) == (None, [])


def test_contradictions_speak_for_no_answer():
    weighed = CALIBRATION | {"contradictions": {"opposed": 1.0, "names": 2.0}}
    assert probabilities([2.0], weighed)[0] == pytest.approx(0.5)
    none, chances = probabilities([2.0], weighed, {"opposed": 1.0, "denied": 1.0, "names": 0.5})
    assert none == pytest.approx(1 / (1 + math.exp(-2)))
    assert chances == [pytest.approx(1 - none)]


def test_a_question_that_the_sentence_contradicts_is_less_answered(model):
    document = "The largest ship of the fleet was the Grey Heron. It sank in 1951."
    weighed = replace(model, settings={"calibration": CALIBRATION | {"contradictions": {"opposed": 3.0}}})
    plain, opposed = (answer(one, "Which was the smallest ship?", document) for one in (model, weighed))
    unweighed = answer(
        replace(model, settings={"calibration": CALIBRATION}), "Which was the smallest ship?", document
    )
    assert opposed[0].text == plain[0].text
    assert opposed.none_probability > unweighed.none_probability + 0.1


# Long documents


@pytest.mark.parametrize("overlap", [0, 10, None])
def test_a_long_document_is_read_in_stretches_all_of_it(own_model, overlap):
    tokens = own_model.tokenize(NOTICE)
    assert len(tokens) > 2 * own_model.max_tokens
    done = []
    found = answer(own_model, QUESTION, tokens, max_tokens=100, overlap=overlap, progress=done.append)
    assert np.isfinite(found.start_scores[1:-1]).all()
    asked = own_model.tokenize(QUESTION)
    room = 100 - 4 - (len(asked) - 2)
    parts = overlapping_parts(len(tokens) - 2, room, room // 4 if overlap is None else overlap)
    assert found.passes == len(parts) == len(done)
    assert done[-1] == 1
    assert found.tokens_read == 100 * len(parts)
    # Each token's score is its best in any stretch; the best span is the best of all parts.
    expected = np.full(len(tokens), -np.inf, dtype=np.float32)
    for first, stop in parts:
        start, _, none = pair_logits(own_model, joined_pair(own_model, asked, tokens, first, stop), AttentionSpec())
        part = expected[1 + first : 1 + stop]
        np.maximum(part, start.numpy() - none / 2, out=part)
    np.testing.assert_allclose(found.start_scores, expected, atol=1e-4)
    alone = [answer(own_model, QUESTION, tokens, max_tokens=100, parts=[part]) for part in parts]
    assert found.score == pytest.approx(max(each.score for each in alone), abs=1e-5)
    assert all(np.isfinite(each.start_scores).sum() == room for each in alone)


def test_a_part_that_is_too_long_is_read_in_stretches(own_model):
    tokens = own_model.tokenize(NOTICE)
    found = answer(own_model, QUESTION, tokens, parts=[(100, 400)])
    assert found.passes > 1
    assert np.flatnonzero(np.isfinite(found.start_scores)).tolist() == list(range(101, 401))
    assert all(101 <= span.first <= span.last <= 400 for span in found)


def test_an_answer_never_spans_words_that_were_left_out(own_model):
    tokens = own_model.tokenize(NOTICE)
    chosen = [0, *(at for first in range(1, 600, 6) for at in (first, first + 1, first + 2)), len(tokens) - 1][:150]
    part = Tokens(
        *(tuple(values[at] for at in chosen) for values in (tokens.ids, tokens.offsets, tokens.pieces)), NOTICE
    )
    found = answer(own_model, QUESTION, part, count=20)
    assert 10 < sum(len(span.places) for span in found) <= 20  # spans within one word are one answer
    for span in found:
        assert chosen[span.last] - chosen[span.first] == span.last - span.first


def test_a_cancelled_reading_ends(own_model):
    def cancel(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer(own_model, QUESTION, NOTICE, max_tokens=100, progress=cancel)


# Specs


def test_positions_count_the_document_and_the_question_stays_global(own_model):
    tokens = own_model.tokenize(NOTICE[:200])
    pair = joined_pair(own_model, own_model.tokenize(QUESTION), tokens)
    spec = AttentionSpec(window=4, dilation=2, global_positions=(3,))
    found = answer(own_model, QUESTION, tokens, spec)
    ids = torch.tensor([pair.tokens.ids])
    is_global = torch.zeros_like(ids)
    is_global[0, [*range(pair.global_count), pair.first + 2]] = 1
    start, _, none = pair_logits(own_model, pair, spec)
    np.testing.assert_allclose(found.start_scores[1:-1], (start - none / 2).numpy(), atol=1e-5)
    # The same globals given to the model itself, at its own window.
    with torch.no_grad():
        stock = own_model.model(input_ids=ids, attention_mask=torch.ones_like(ids), global_attention_mask=is_global)
    start, _, none = pair_logits(own_model, pair, AttentionSpec(global_positions=(3,)))
    torch.testing.assert_close(start, stock.start_logits[0, pair.document], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("question_global", [True, False])
def test_what_a_spec_changes_changes_the_scores(own_model, question_global):
    tokens = own_model.tokenize(NOTICE[:200])
    found = [
        answer(own_model, QUESTION, tokens, AttentionSpec(**spec), question_global=question_global).start_scores
        for spec in ({}, {"window": 2}, {"dilation": 3}, {"global_positions": (0, 20)})
    ]
    found.append(answer(own_model, QUESTION, tokens, question_global=not question_global).start_scores)
    for number, scores in enumerate(found):
        assert all(np.abs(scores[1:-1] - other[1:-1]).max() > 1e-3 for other in found[:number])


def test_positions_in_a_stretch():
    spec = AttentionSpec(window=8, global_positions=(0, 1, 10, 11, 20, 21))
    # The document's own tokens 10 to 19 are its positions 11 to 20; in the stretch they are 1 to 10.
    assert spec_of_part(spec, 10, 20, 100) == AttentionSpec(window=8, global_positions=(0, 1, 10))
    assert spec_of_part(AttentionSpec(window=8), 10, 20, 100) == AttentionSpec(window=8)
    assert spec_of_part(AttentionSpec(global_positions=(3,)), 10, 20, 100).global_positions == ()
    closing = AttentionSpec(global_positions=(0, 21))  # of a document of 20 tokens the closing one
    assert spec_of_part(closing, 10, 20, 20).global_positions == (0, 11)
    assert spec_of_part(closing, 0, 20, 20) == closing
    assert spec_of_part(closing, 10, 20, 100).global_positions == (0,)


def test_a_position_outside_the_document_is_refused(model):
    with pytest.raises(InputError, match=r"A global position must lie in the document, from 0 to 3\. You entered 4"):
        answer(model, QUESTION, "Two words", AttentionSpec(global_positions=(4,)))


# What cannot be asked


@pytest.mark.parametrize("question", ["", " ", "?!", "\n", None, 5])
def test_a_question_must_have_a_word(model, question):
    with pytest.raises(InputError, match=r"A question must contain a word. You entered .*\. Try: "):
        answer(model, question, NOTICE)


def test_a_question_is_no_longer_than_the_window(model, own_model):
    with pytest.raises(InputError, match="at most as many tokens as the window, 512; this one has 600"):
        answer(model, "why " * 600, NOTICE)
    assert answer(model, "why " * 512, NOTICE)
    with pytest.raises(InputError, match="at most as many tokens as the window, 16; "):
        answer(own_model, "Who decides when the room of the library reopens, and who else is asked?", NOTICE)


@pytest.mark.parametrize("document", ["", " \n", "...", "– !"])
def test_a_document_must_have_a_word(any_model, document):
    with pytest.raises(InputError, match="A document must contain a word or a number"):
        answer(any_model, "Who?", document)


def test_a_part_of_a_document_must_have_a_word(model):
    with pytest.raises(InputError, match="A document must contain a word or a number"):
        answer(model, QUESTION, model.tokenize("Some words.", start=50))
    with pytest.raises(InputError, match=r"A document must be a str or Tokens made from one\. You entered int"):
        answer(model, QUESTION, 5)


@pytest.mark.parametrize("document", ["Yes", "7", "雪", "x" * 5000, "Der Ausschuss entscheidet über die Öffnung."])
def test_any_document_with_a_word_is_read(model, document):
    found = answer(model, QUESTION, document)
    assert found[0].text in document


def test_markup_in_question_and_document_is_text(model):
    document = "<script>alert('[SEP]')</script> is **bold** [PAD]"
    found = answer(model, "What does <b>[SEP]</b> say?", document)
    assert document[found[0].start : found[0].end] == found[0].text


@pytest.mark.parametrize("max_tokens", [0, 7, -1, 16_385, 512.0, "512", True])
def test_what_is_read_at_once_must_fit(model, max_tokens):
    with pytest.raises(InputError, match=r"max_tokens must be a whole number from 8 to 16,384\. You entered"):
        answer(model, "Who?", NOTICE, max_tokens=max_tokens)


def test_the_question_must_leave_room(model):
    with pytest.raises(InputError, match=r"max_tokens must leave room for the document\. You entered 12"):
        answer(model, QUESTION, NOTICE, max_tokens=12)


def test_a_negative_overlap_is_refused(model):
    with pytest.raises(InputError, match="An overlap must be at least 0"):
        answer(model, QUESTION, NOTICE, max_tokens=100, overlap=-1)


def test_a_model_must_have_a_head_for_questions(tmp_path):
    small.save(tmp_path, "Longformer")
    with pytest.raises(
        InputError, match=r'A model must have a head for questions; .* has none\. Use load\(task="qa"\)'
    ):
        answer(load(str(tmp_path)), QUESTION, NOTICE)
