"""The glossary's page: every term has a picture and an address, and the search finds it."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.figures.teaching.glossary_pictures import PICTURES, glossary_picture
from longformer_viz.figures.teaching.picture_texts import PICTURE_TEXTS
from longformer_viz.spec import InputError
from longformer_viz.ui.glossary import GLOSSARY
from longformer_viz.ui.teaching.glossary_page import found_terms, slug, term_named

ROOT = Path(__file__).parents[2]


def test_every_term_has_a_picture_and_every_picture_a_term():
    assert set(PICTURES) == set(GLOSSARY) == set(PICTURE_TEXTS)
    drawn = {term: glossary_picture(term, "#123456") for term in PICTURES}
    for term, picture in drawn.items():
        assert ElementTree.fromstring(picture).get("aria-label") == PICTURE_TEXTS[term]
    bodies = {picture.split(">", 1)[1] for picture in drawn.values()}
    assert len(bodies) == len(drawn), "two terms have the same picture"


def test_every_picture_is_told_in_words_of_its_own():
    assert len(set(PICTURE_TEXTS.values())) == len(PICTURE_TEXTS)
    for term, text in PICTURE_TEXTS.items():
        assert text.endswith(".")
        assert text not in GLOSSARY[term], "a picture's words are read beside the term's"
        assert all(len(sentence.split()) <= 20 for sentence in text.split(". "))


def test_every_term_has_an_address():
    assert len({slug(term) for term in GLOSSARY}) == len(GLOSSARY)
    for term in GLOSSARY:
        assert term_named(slug(term)) == term
        assert term_named(term) == term
    assert term_named("window") == "Sliding window"
    with pytest.raises(InputError, match=r"The link has 'dilution'\. Try dilation"):
        term_named("dilution")


def test_the_search_finds_words_in_any_order_and_names_first():
    assert found_terms("") == list(GLOSSARY)
    assert found_terms("window")[0] == "Sliding window"
    assert len(found_terms("window")) > 1
    assert found_terms("token GLOBAL")[0] == "Global token"
    assert found_terms("<script>") == []


@pytest.mark.slow
def test_the_page_shows_the_term_of_the_address_first():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["term"] = "window"
    app.run()
    app.switch_page("pages/terms.py").run()
    assert not app.exception
    lists = [element.proto.body for element in app.get("html")]
    assert [body.count("<strong>") for body in lists] == [1, len(GLOSSARY)]
    assert "Sliding window" in lists[0]
    assert [text in lists[1] for text in PICTURE_TEXTS.values()] == [True] * len(GLOSSARY)
    app.text_input(key="find").set_value("<b>nothing</b>").run()
    assert not app.exception
    assert not app.get("html")
    assert "No term" in app.info[0].value
