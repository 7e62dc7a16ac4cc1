"""The reading level of everything about learning: no sentence has over 25 words, wherever its text is written."""

import ast
import re
from pathlib import Path

import pytest

from longformer_viz.teaching.plan import BEFORE_CLASS, MATERIALS
from longformer_viz.teaching.worksheet import OPEN_QUESTIONS

MOST_WORDS = 25
PACKAGE = Path(__file__).parents[2] / "longformer_viz"
PAGES = PACKAGE.parent / "pages"
PYTHON = [
    *(PAGES / f"{stem}.py" for stem in ("learn", "check_yourself", "teaching", "terms")),
    *sorted((PACKAGE / "ui" / "teaching").glob("*.py")),
    *sorted((PACKAGE / "figures" / "teaching").glob("*.py")),
    PACKAGE / "ui" / "page_entries.py",
]
JAVASCRIPT = sorted(
    file for part in ("lesson", "check", "guide", "presenter") for file in (PACKAGE / "widget" / part).rglob("*.js")
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line break ends one, and so does a colon before the next."""
    return [part for part in re.split(r"(?<=[.?!])\s+|\n", text) if part]


def texts_of_python(source: str) -> list[str]:
    """The strings of a module, those of its docstrings left out; what is computed counts as one word."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(part.value if isinstance(part, ast.Constant) else "1" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            found.append(node.value)
    return found


def texts_of_javascript(source: str) -> list[str]:
    """The strings of a module; what is computed counts as one word."""
    code = re.sub(r"(?m)^\s*(//|/?\*).*$", "", source)
    plain = re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
    filled = re.findall(r"`((?:[^`\\]|\\.)*)`", code)
    return [*plain, *(re.sub(r"\$\{[^}]*\}", "1", text) for text in filled if "{ display" not in text)]


@pytest.mark.parametrize("file", [*PYTHON, *JAVASCRIPT], ids=lambda file: file.name)
def test_no_sentence_of_a_page_has_over_25_words(file):
    source = file.read_text(encoding="utf-8")
    texts = texts_of_python(source) if file.suffix == ".py" else texts_of_javascript(source)
    assert [each for text in texts for each in sentences(text) if len(each.split()) > MOST_WORDS] == []


def test_no_sentence_on_paper_has_over_25_words():
    asked = [text for question in OPEN_QUESTIONS for text in (question.text, question.answer)]
    for text in (*asked, *MATERIALS, *BEFORE_CLASS):
        assert all(len(each.split()) <= MOST_WORDS for each in sentences(text)), text


def test_texts_are_found_where_they_are_written():
    sources = {file.name: file.read_text(encoding="utf-8") for file in (*PYTHON, PACKAGE / "widget/guide/stops.js")}
    assert "Click a word to see what it attends to." in " ".join(texts_of_javascript(sources["stops.js"]))
    assert "Students open the same page" in " ".join(texts_of_python(sources["teach.py"]))
    assert sentences("One. Two words.\nThree") == ["One.", "Two words.", "Three"]
