"""Every page stands still while it loads, and axe-core finds nothing serious, in light, dark and presenter view."""

import pytest

from longformer_viz.lesson.entries import entry_of
from tests.browser.conftest import ROOT, present, settle
from tests.browser.layout_shift import SHIFTS

RULES = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ADDRESSES = ["", "compare", "curves", "labels", "answers", "corpus"]
MOST_SHIFT = 0.05


# What was stale has faded in again, and nothing else is fading.
AT_REST = """
() => !document.querySelector('[data-stale=true]') && document.getAnimations().every(
  ({ playState, effect }) => playState !== 'running' || effect.getComputedTiming().endTime === Infinity)
"""


def serious(page, part="html"):
    """What axe-core calls serious or worse on a page, or in a part of it: the rule and the elements."""
    assert RULES.is_file(), "run `npm ci` first"
    page.wait_for_function(AT_REST)
    if not page.evaluate("'axe' in window"):
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


@pytest.mark.parametrize("address", ["lesson", "check", "teach?sheet=7", "glossary?term=window"])
def test_a_page_for_learning_has_no_serious_fault(page, server, address):
    page.goto(server.url + address)
    page.locator("[data-testid=stMain] button").first.wait_for()
    settle(page)
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert serious(page) == []
    present(page)
    assert serious(page) == []


# A prediction of each kind, and the decision at the end: its chapter and step.
STEPS = [("window", 2), ("why", 2), ("scores", 3), ("global", 3), ("rivals", 2), ("choose", 2)]


def open_step(page, chapter, step):
    page.get_by_role("button", name=entry_of(chapter).title).first.click()
    page.get_by_role("button", name=f"Step {step}", exact=True).click()
    page.locator(".le-ask, .le-decision").first.wait_for()


def test_the_lesson_has_no_serious_fault_with_a_prediction_open(page, server):
    page.goto(f"{server.url}lesson?chapter=why&at=1")
    page.locator(".le-picture").wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        for chapter, step in STEPS:
            open_step(page, chapter, step)
            assert serious(page, ".le-root") == [], (chapter, scheme)
            bar = page.locator(".le-bar").bounding_box()
            assert bar["y"] + bar["height"] <= 720, f"{chapter} is seen without scrolling"


def test_a_class_sees_each_question_whole(page, server):
    page.goto(f"{server.url}lesson?chapter=why&at=1")
    page.locator(".le-picture").wait_for()
    settle(page)
    for chapter, step in STEPS:
        open_step(page, chapter, step)
        page.keyboard.press("p")
        page.wait_for_function("'lvPresenter' in document.documentElement.dataset")
        box = page.locator(".le-ask, .le-picture").last.bounding_box()
        assert box["y"] + box["height"] <= 720, f"{chapter} is cut off"
        page.keyboard.press("p")
    page.keyboard.press("ArrowLeft")
    assert serious(page, ".le-root") == []
