"""Spans as answers: units, clause numbers, and one answer for the same text at several places."""

import numpy as np
import pytest

from longformer_viz import load
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.spans.best_spans import best_spans, merged_answers, whole_words
from longformer_viz.tasks.spans.ranked_spans import Span

DOCUMENT = "4.2 Notice. Orla Finch may end it on 30 days of notice. The notice goes to Orla Finch."


@pytest.fixture(scope="module")
def tokens():
    return load().tokenize(DOCUMENT)


def span_of(tokens, text, score, occurrence=0):
    own = own_tokens(tokens)
    start = -1
    for _ in range(occurrence + 1):
        start = tokens.text.index(text, start + 1)
    inside = [at for at, place in enumerate(own) if start <= tokens.offsets[place][0] < start + len(text)]
    return Span(inside[0], inside[-1], score)


def answers_of(question, tokens, *spans):
    own = own_tokens(tokens)
    best = best_spans(question, tokens, own, spans, np.zeros(len(own), int), 20)
    return merged_answers(tokens, own, best, [0.5 / 2**rank for rank in range(len(best))])


def test_a_bare_number_comes_with_its_unit_and_its_characters(tokens):
    (found,) = answers_of("How long is the notice?", tokens, span_of(tokens, "30", 3.0), span_of(tokens, "days", 1.0))
    assert found.text == "30 days" == DOCUMENT[found.start : found.end]
    assert tokens.offsets[found.last][1] == found.end


def test_a_clause_number_is_no_amount_unless_nothing_else_is_left(tokens):
    clause, number = span_of(tokens, "4.2", 5.0), span_of(tokens, "30", 3.0)
    assert [one.text for one in answers_of("How long is the notice?", tokens, clause, number)] == ["30 days"]
    assert [one.text for one in answers_of("How long is the notice?", tokens, clause)] == ["4.2"]
    assert answers_of("Which clause is it?", tokens, clause, number)[0].text == "4.2"


def test_the_same_text_twice_is_one_answer_with_two_places(tokens):
    first, second = (span_of(tokens, "Orla Finch", score, at) for score, at in ((2.0, 0), (3.0, 1)))
    notice = span_of(tokens, "30 days", 2.5)
    name, days = answers_of("Who may end it?", tokens, first, second, notice)
    assert name.text == "Orla Finch"
    assert name.places[0] == (name.start, name.end)
    assert [DOCUMENT[start:end] for start, end in name.places] == ["Orla Finch"] * 2
    assert name.places[0] > name.places[1]  # the second mention scores higher
    assert name.scores == (3.0, 2.0)
    assert name.probability == pytest.approx(0.5 + 0.125)
    assert days.places == ((days.start, days.end),)


def test_a_number_grows_over_no_words_that_were_left_out(tokens):
    own = own_tokens(tokens)
    number = span_of(tokens, "30", 3.0)
    passages = (np.arange(len(own)) > number.last).astype(int)
    assert best_spans("How long is the notice?", tokens, own, [number], passages, 20) == [number]


def test_two_places_may_overtake_one(tokens):
    spans = (
        span_of(tokens, "30 days", 3.0),
        span_of(tokens, "Orla Finch", 2.9),
        span_of(tokens, "Orla Finch", 2.8, 1),
    )
    own = own_tokens(tokens)
    best = best_spans("Who?", tokens, own, spans, np.zeros(len(own), int), 20)
    found = merged_answers(tokens, own, best, [0.35, 0.3, 0.2])
    assert [one.text for one in found] == ["Orla Finch", "30 days"]


@pytest.mark.parametrize(
    ("document", "texts", "answers"),
    [
        ("The lock needs 3.5 turns, the key 35 turns.", ("3.5", "35"), ["3.5", "35"]),
        ("Losses of -4 percent; gains of 4 percent.", ("-4", "4 percent."), ["-4", "4 percent."]),
        ("It cost 1,500 in June and 1500 in July.", ("1,500", "1500"), ["1,500"]),
        ("Ask the Clerk. The clerk decides.", ("Clerk", "The clerk"), ["Clerk"]),
    ],
)
def test_numbers_are_one_answer_only_where_their_value_is(document, texts, answers):
    tokens = load().tokenize(document)
    first = span_of(tokens, texts[0], 3.0)
    last = span_of(tokens, texts[1], 2.0, document.count(texts[1]) - 1)
    assert [one.text for one in answers_of("Which?", tokens, first, last)] == answers


def test_punctuation_is_an_answer_only_where_nothing_else_was_found():
    tokens = load().tokenize("Rent: 900, due now.")
    comma, rent = span_of(tokens, ",", 5.0), span_of(tokens, "900", 1.0)
    assert [one.text for one in answers_of("Which?", tokens, comma, rent)] == ["900"]
    assert [one.text for one in answers_of("Which?", tokens, comma)] == [","]


def test_a_span_within_a_word_is_extended_to_the_whole_word():
    document = "The fund was founded by Conrad Thewlis in 1987."
    tokens = load().tokenize(document)
    own = own_tokens(tokens)
    start, middle = document.index("Conrad"), document.index("Thewlis") + 4
    inside = [at for at, place in enumerate(own) if start <= tokens.offsets[place][0] < middle]
    cut = tokens.offsets[own[inside[-1]]][1]
    assert document[cut].isalpha()  # the tokenizer splits the name in pieces
    (found,) = answers_of_tokens(tokens, Span(inside[0], inside[-1], 3.0))
    assert found.text == "Conrad Thewlis"
    begins_within = Span(inside[-1], inside[-1] + 1, 3.0)
    (found,) = answers_of_tokens(tokens, begins_within)
    assert found.text.startswith("Thewlis")
    assert tokens.offsets[found.last][1] == found.end


def answers_of_tokens(tokens, *spans):
    own = own_tokens(tokens)
    best = best_spans("Who founded it?", tokens, own, spans, np.zeros(len(own), int), 20)
    return merged_answers(tokens, own, best, [0.5] * len(best))


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("a Thewlis b", "hewl", "Thewlis"),
        ("a Thewlis's b", "Thewl", "Thewlis"),
        ("pay 12,500 now", "12", "12"),
        ("naïve Cafe\u0301 x", "Cafe", "Cafe\u0301"),
        ("東京都庁にある", "東京", "東京"),
        ("서울특별시 x", "서울", "서울특별시"),
        ("Thewlis", "Thew", "Thewlis"),
    ],
)
def test_words_are_whole_in_every_script_with_spaces(text, cut, whole):
    begin = text.index(cut)
    first, stop = whole_words(text, begin, begin + len(cut))
    assert text[first:stop] == whole
