"""Hostile values of every part of an address."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz import InputError
from longformer_viz.ui.link_params import LINK_PARAMS
from tests.hostile.refusals import assert_shaped
from tests.pages.test_upload import APP

VALUES = (
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "1.5",
    "nan",
    "9" * 5_000,
    "٣",
    "0x10",
    "1,2,3",
    "1-999999999",
    "true",
    "TRUE",
    "null",
    "[]",
    "{}",
    "[[[[[[" * 2_000,
    '{"a":' * 2_000,
    "1;2;3;4;5",
    "\x00",
    "\ud800",
    "\u202eevil",
    "<script>alert(1)</script>",
    "![x](http://example.invalid/x.png)",
    "[x](javascript:alert(1))",
    "../../etc/passwd",
    "/dev/zero",
    "/etc/passwd",
    "run:..",
    "cuda:99",
    "http://example.invalid/",
    "${7*7}{{7*7}}",
    "%00%0a",
    "=1+1",
    "x" * 100_000,
    "0-0.0-0!",
    "a.b.c.d",
    "__class__",
)
IDS = [param.key for param in LINK_PARAMS]


@pytest.mark.parametrize("param", LINK_PARAMS, ids=IDS)
def test_each_value_is_accepted_or_refused_in_words(param):
    for value in VALUES:
        try:
            param.check(param.former(value))
        except InputError as error:
            text = f"{error} {param.otherwise}"
            assert_shaped(InputError(text))


PAGES = (
    "attention",
    "patterns",
    "scaling",
    "classification",
    "question_answering",
    "learn",
    "terms",
    "fine_tuning",
    "corpus",
)
MARKUP = "<script>alert(1)</script>![x](http://example.invalid/x.png)**b**"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", [MARKUP, "../../etc/passwd", "9" * 400], ids=["markup", "path", "digits"])
def test_a_page_with_hostile_values_everywhere(page, value):
    app = AppTest.from_file(APP, default_timeout=120)
    for param in LINK_PARAMS:
        app.query_params[param.key] = value
    app.query_params["document"] = "Library notice"
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert_no_markup(app)


def assert_no_markup(app):
    """Assert that no element which reads Markdown has the visitor's markup in it."""
    for kind in ("markdown", "error", "warning", "info", "success", "caption", "title", "header", "subheader"):
        for element in getattr(app, kind):
            raw = re.search(r"!\[x\]\(|(?<!\\)<script|\*\*b\*\*|javascript:", element.value)
            assert raw is None, f"{kind}: {element.value[:200]}"
