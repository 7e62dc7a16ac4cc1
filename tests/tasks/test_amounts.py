"""A number that answers "how long" has its unit, and the number of a clause answers no question about amounts."""

import pytest

from longformer_viz.tasks.spans.amounts import asks_amount, is_clause_number, with_unit


def grown(question, document, number):
    start = document.index(number)
    first, end = with_unit(question, document, start, start + len(number))
    return document[first:end]


@pytest.mark.parametrize(
    ("question", "document", "number", "answer"),
    [
        ("How long is the notice period?", "Either party may end it on 30 days' notice.", "30", "30 days"),
        ("How long is the notice period?", "on thirty (30) days' written notice", "30", "thirty (30) days"),
        ("How many days of notice are due?", "on 30 business days of notice", "30", "30 business days"),
        ("What percentage was kept?", "It kept 5% of it.", "5", "5%"),
        ("What share was kept?", "It kept 5.5 per cent of it.", "5.5", "5.5 per cent"),
        ("How much is the fee?", "The fee is € 900 a month.", "900", "€ 900"),
        ("How much did it cost?", "It cost US$1.2 million in all.", "1.2", "US$1.2 million"),
        ("How much did it cost?", "It cost £12,500.", "£12,500", "£12,500"),
        ("What is the rent of the office?", "Rent: 400 euros, monthly.", "400", "400 euros"),
        ("How far is the pier?", "The pier is 4 km away.", "4", "4 km"),
        ("How old was she?", "She was twelve years old.", "twelve", "twelve years"),
        ("How long is the bridge?", "a 120-metre bridge", "120", "120-metre"),
    ],
)
def test_a_bare_number_takes_its_unit_along(question, document, number, answer):
    assert grown(question, document, number) == answer


@pytest.mark.parametrize(
    ("question", "document", "span"),
    [
        ("How many people came?", "30 days later 12 people came.", "12"),
        ("How many rooms are open?", "12 days after, 30 rooms", "12"),
        ("When did it close?", "It closed in 30 days.", "30"),
        ("How long is it?", "It lasted about 30 days.", "about 30"),
        ("How long is it?", "in clause 30 Monday", "30"),
        ("How long is it?", "30 minutely", "30"),
    ],
)
def test_other_spans_stay_as_they_are(question, document, span):
    assert grown(question, document, span) == span


def test_what_asks_for_an_amount():
    asked = ("How long?", "How much is due?", "What percentage is left?", "What is the monthly fee?", "How often?")
    assert all(map(asks_amount, asked))
    assert not any(map(asks_amount, ("Who pays?", "How does it work?", "What is the address?", "Where is it?")))


@pytest.mark.parametrize(
    ("document", "number"),
    [
        ("3.2 Payment is due.", "3.2"),
        ("Terms\n  7. Either party may end it.", "7"),
        ("See clause 9 below.", "9"),
        ("under § 12 of it", "12"),
        ("## 4.1 Fees", "4.1"),
        ("as Section 3.2.1 says", "3.2.1"),
    ],
)
def test_clause_numbers(document, number):
    start = document.index(number)
    assert is_clause_number(document, start, start + len(number))


@pytest.mark.parametrize(
    ("document", "number"),
    [
        ("It weighs 3.2 kg.", "3.2"),
        ("12 people came.", "12"),
        ("The fee is 9.", "9"),
        ("3.2 million of them", "3.2"),
        ("Clause nine costs £9", "£9"),
        ("2024 Annual report", "2024"),
    ],
)
def test_amounts_are_no_clause_numbers(document, number):
    start = document.index(number)
    assert not is_clause_number(document, start, start + len(number))
