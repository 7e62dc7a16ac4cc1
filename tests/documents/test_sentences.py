"""Sentences by their characters: every word in exactly one of them, whatever the text is like."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.documents.sentences import LONGEST, Sentence, sentence_at, sentences


def cut(text):
    return [text[each.start : each.stop] for each in sentences(text)]


def check_cover(text):
    found = sentences(text)
    place = 0
    for each in found:
        assert each.start < each.stop
        assert not text[place : each.start].strip(), "only white space lies between"
        assert text[each.start : each.stop] == text[each.start : each.stop].strip()
        place = each.stop
    assert not text[place:].strip()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Smith met J. R. Hill at 5 p.m. on Mon. 3 May.", ["Dr. Smith met J. R. Hill at 5 p.m. on Mon. 3 May."]),
        ("He left at 5 p.m. She stayed.", ["He left at 5 p.m.", "She stayed."]),
        (
            "It grew in the U.S. and in the U.K. Then it fell.",
            ["It grew in the U.S. and in the U.K.", "Then it fell."],
        ),
        ("See e.g. Fig. 3, i.e. the last. Good.", ["See e.g. Fig. 3, i.e. the last.", "Good."]),
        ("We pay No. 5 first. I said no. You went.", ["We pay No. 5 first.", "I said no.", "You went."]),
        ("It cost $3.50 in v2.1 today. Yes.", ["It cost $3.50 in v2.1 today.", "Yes."]),
        ('"Why?" he asked. "Go!" She went.', ['"Why?" he asked.', '"Go!"', "She went."]),
        ("Well... maybe not. Well... Maybe.", ["Well... maybe not.", "Well...", "Maybe."]),
        ("(See note 3.) Then go on.", ["(See note 3.)", "Then go on."]),
        ("1. Definitions\n\n1.1 A year is long. It ends.", ["1. Definitions", "1.1 A year is long.", "It ends."]),
        ("A heading\nA line of text.", ["A heading", "A line of text."]),
        ("- one thing\n- another thing", ["- one thing", "- another thing"]),
        ("no marks at all", ["no marks at all"]),
        ("これは文です。次の文！はい", ["これは文です。", "次の文！", "はい"]),
        ("", []),
        (" \n\t ", []),
        ("...", ["..."]),
    ],
)
def test_where_sentences_end(text, expected):
    assert cut(text) == expected
    check_cover(text)


def test_a_wrapped_paragraph_is_not_cut_at_its_lines():
    text = (
        "The quick brown fox jumps over the lazy dog and runs away\ninto the wood, where nobody follows it. The end."
    )
    assert cut(text) == [text[:-9], "The end."]


def test_what_has_no_mark_for_long_is_cut_between_words():
    text = "word " * 500
    found = check_cover(text)
    assert len(found) > 3
    assert all(each.stop - each.start <= LONGEST for each in found)
    assert all(set(part.split()) == {"word"} for part in cut(text))
    check_cover("x" * 5000)


@pytest.mark.parametrize("name", sample_names())
def test_samples_fall_into_readable_sentences(name):
    text = sample(name).text
    found = check_cover(text)
    assert max(each.stop - each.start for each in found) <= LONGEST
    assert 40 < len(text) / len(found) < 200


@pytest.mark.parametrize(
    "text",
    [
        "Cf. Quill v. Fenn, 410 U.S. 113, 120 (1973).",
        "See Fed. R. Civ. P. 12(b)(6).",
        "He sued in the U.S. District Court for the N.D. Cal. on Jan. 3.",
        "The Corp. Inc. filed under Rev. Stat. § 1983 and Ala. Code § 6-5-1.",
        "The rule in Marsh, 12 F.3d 88, 91 (2d Cir. 1993), governs.",
        "See, e.g., Smith v. Jones, 5 Cal. App. 4th 100, 110 (1992); Doe v. Roe, 9 N.Y.2d 3 (1961).",
        "Tex. Bus. & Com. Code Ann. § 17.46 forbids it.",
        "Quill & Co. v. Marsh et al., No. 12-cv-3345 (S.D.N.Y. Mar. 4, 2031).",
        "Sen. Marsh (D-Calif.) voted no.",
        "President J. A. Quill met Gov. Fenn and Lt. Col. Marsh of the U.S. Army.",
        "E. coli was grown as in Fig. 3 and Tab. 2 of Fenn et al. (2019).",
    ],
)
def test_citations_and_titles_do_not_end_a_sentence(text):
    assert cut(text) == [text]
    assert cut(f"{text} The court agreed. Nothing more.") == [text, "The court agreed.", "Nothing more."]


@pytest.mark.parametrize("mark", ["(1)", "(iv)", "[12]", "²"])
def test_a_footnotes_mark_belongs_to_the_sentence_before_it(mark):
    text = f"The tenant pays the costs.{mark} The landlord does not."
    assert cut(text) == [f"The tenant pays the costs.{mark}", "The landlord does not."]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aB.!?1 \n\"')(。é-", max_size=200))
def test_any_text_is_covered(text):
    check_cover(text)


def test_a_characters_sentence():
    text = "  One. Two."
    found = sentences(text)
    assert found == (Sentence(2, 6), Sentence(7, 11))
    assert [sentence_at(found, place) for place in (0, 2, 5, 6, 7, 10, 99)] == [0, 0, 0, 0, 1, 1, 1]
