"""Every page stands still while it loads, and axe-core finds nothing serious, in light, dark and presenter view."""

import pytest

from tests.browser.conftest import ROOT, present, settle
from tests.browser.layout_shift import SHIFTS

RULES = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ADDRESSES = ["", "compare", "curves", "labels", "answers"]
MOST_SHIFT = 0.05


def serious(page, part="html"):
    """What axe-core calls serious or worse on a page, or in a part of it: the rule and the elements."""
    assert RULES.is_file(), "run `npm ci` first"
    page.wait_for_timeout(1000)  # what was stale fades in again
    page.evaluate(RULES.read_text(encoding="utf-8"))
    return page.locator(part).evaluate(
        "part => axe.run(part, { resultTypes: ['violations'] }).then(({ violations }) => violations"
        ".filter(({ impact }) => ['serious', 'critical'].includes(impact))"
        ".map(({ id, nodes }) => [id, nodes.map(({ target }) => JSON.stringify(target))]))"
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_stands_still_and_has_no_serious_fault(page, server, address):
    page.add_init_script(SHIFTS)
    page.goto(f"{server.url}{address}?document=Library+notice&locked=40")
    page.locator("[data-testid=stMain] h4").wait_for()
    settle(page)
    assert page.evaluate("worstShift()") < MOST_SHIFT, page.evaluate("shifts")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    settle(page)
    assert serious(page) == []
    if not address:
        page.locator(".lv-fold-button").click()
        assert serious(page) == []
        page.keyboard.press("Escape")
    present(page)
    assert serious(page) == []


@pytest.mark.parametrize("address", ["", "answers"])
def test_a_help_button_is_named_by_its_words(page, server, address):
    page.goto(f"{server.url}{address}?document=Library+notice")
    page.locator("[data-testid=stMetric]").first.wait_for()
    settle(page)
    names = page.locator("[aria-label^=Help]").evaluate_all("found => found.map(each => each.ariaLabel)")
    assert any("Time (measured)" in name for name in names)
    assert not [name for name in names if set(name) & set(":[]*#")]


@pytest.mark.parametrize("address", ["lesson", "check", "teach", "glossary"])
def test_a_page_for_learning_has_no_serious_fault(page, server, address):
    page.goto(server.url + address)
    page.locator("[data-testid=stMain] button").first.wait_for()
    settle(page)
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    settle(page)
    assert serious(page) == []
    present(page)
    assert serious(page) == []
