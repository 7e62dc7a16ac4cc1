"""The glossary of the app and that of the docs: the same terms, explained by the same sentences."""

import re
from pathlib import Path

import pytest

from longformer_viz.ui.glossary import GLOSSARY, explain

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
ENTRY = re.compile(r"^\*\*(.+?)\*\*\n:   (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def entries() -> dict[str, str]:
    found = ENTRY.findall(PAGE.read_text(encoding="utf-8"))
    return {term: " ".join(text.split()) for term, text in found}


def test_both_have_the_same_terms_in_the_order_of_the_alphabet():
    assert list(entries()) == list(GLOSSARY)
    assert list(GLOSSARY) == sorted(GLOSSARY, key=str.lower)


@pytest.mark.parametrize("term", list(GLOSSARY))
def test_the_docs_begin_with_the_sentence_of_the_app(term):
    assert entries()[term].startswith(GLOSSARY[term])
    assert all(len(sentence.split()) <= 20 for sentence in GLOSSARY[term].split(". "))


@pytest.mark.parametrize(
    ("module", "terms"),
    [
        ("map/pattern/controls.js", ("Sliding window", "Dilation", "Global token")),
        ("map/controls.js", ("Layer", "Head")),
        ("grid/view.js", ("Entropy", "Global token")),
    ],
)
def test_the_maps_controls_explain_a_term_by_the_same_sentence(module, terms):
    source = (PAGE.parents[1] / "longformer_viz" / "widget" / module).read_text(encoding="utf-8")
    for term in terms:
        assert f'"{GLOSSARY[term]}"' in source, term


def test_several_terms_are_explained_at_once_and_an_unknown_one_is_an_error():
    assert explain("Query", "Key") == f"{GLOSSARY['Query']} {GLOSSARY['Key']}"
    with pytest.raises(KeyError):
        explain("Nonsense")
