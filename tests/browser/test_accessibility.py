"""The pages against axe-core's rules: nothing serious, in light and dark, presented or not."""

import pytest

from tests.browser.conftest import ROOT, open_app

RULES = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def serious(page):
    """What axe-core calls serious or worse: the rule and the elements."""
    assert RULES.is_file(), "run `npm ci` first"
    page.evaluate(RULES.read_text(encoding="utf-8"))
    return page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations"
        ".filter(({ impact }) => ['serious', 'critical'].includes(impact))"
        ".map(({ id, nodes }) => [id, nodes.map(({ target }) => JSON.stringify(target))]))"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_attention_page_has_no_serious_fault(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_app(page, server, "?document=Library+notice&locked=40")
    assert serious(page) == []
    page.locator(".lv-fold-button").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_timeout(500)
    assert serious(page) == []
