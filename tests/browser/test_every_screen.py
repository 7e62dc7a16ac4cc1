"""Each page at 200% zoom, on tablets, with reduced motion and in forced colours: nothing is cut off or hidden."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WELCOMED, settle
from tests.browser.test_accessibility import serious
from tests.browser.test_walks import ADDRESSES

SCREENS = {"200% of 1280 x 720": (640, 360, 2), "tablet": (1024, 768, 1), "upright tablet": (768, 1024, 1)}

# Elements that reach beyond the right edge of the screen, although nothing around them scrolls.
CUT_OFF = """
() => {
  const wide = innerWidth + 1
  const scrolls = element => {
    for (let each = element; each; each = each.parentElement ?? each.getRootNode().host)
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(each).overflowX)
          && each.getBoundingClientRect().right <= wide) return true
    return false
  }
  return [...document.querySelectorAll('[data-testid=stMain] :is(button, a, input, h4, canvas, p, [role=tab])')]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().width > 0)
    .filter(each => each.getBoundingClientRect().right > wide && !scrolls(each.parentElement))
    .map(each => `${each.tagName} ${each.innerText || each.ariaLabel}`.slice(0, 60))
}
"""


def opened(page, server, title):
    page.goto(server.url + ADDRESSES[title])
    page.locator("[data-testid=stMain] :is(h4, button)").first.wait_for()
    settle(page)


@pytest.fixture(params=SCREENS)
def screen(request, browser):
    width, height, scale = SCREENS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, bypass_csp=True
    )
    context.add_init_script(WELCOMED)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_nothing_is_cut_off(screen, server):
    faults = {}
    for title in ADDRESSES:
        opened(screen, server, title)
        faults[title] = screen.evaluate(CUT_OFF)
        if screen.evaluate("document.scrollingElement.scrollWidth > innerWidth + 1"):
            faults[title].append("the page scrolls sideways")
    assert not {title: found for title, found in faults.items() if found}


@pytest.mark.parametrize("title", ["Attention", "Learn"])
def test_nothing_moves_by_itself_with_reduced_motion(page, server, title):
    page.emulate_media(reduced_motion="reduce")
    opened(page, server, title)
    moving = "document.getAnimations().filter(each => each.playState === 'running').map(each => each.animationName)"
    assert page.evaluate(moving) == []


def test_forced_colours_keep_every_control_and_picture(page, server):
    page.emulate_media(forced_colors="active")
    for title in ADDRESSES:
        opened(page, server, title)
        assert serious(page) == []
    opened(page, server, "Attention")
    expect(page.get_by_role("img", name="Attention map of layer")).to_be_visible()
    page.get_by_role("button", name="Band", exact=True).focus()
    focused = "document.activeElement.shadowRoot?.activeElement ?? document.activeElement"
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") != "none"
