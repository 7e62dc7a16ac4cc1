"""Each page by keyboard alone, as docs/how-to/keyboard-and-screen-readers.md tells: every stop, in that order."""

import re

import pytest

from tests.browser.conftest import ROOT, settle

WALKS = ROOT / "docs" / "how-to" / "keyboard-and-screen-readers.md"
SAMPLE = "?document=Library+notice"
ADDRESSES = {
    "Attention": SAMPLE,
    "Compare": f"compare{SAMPLE}",
    "Curves": "curves",
    "Labels": f"labels{SAMPLE}",
    "Answers": f"answers{SAMPLE}",
    "Documents": "corpus",
    "Train": "train",
    "Learn": "lesson?chapter=window&at=1",
    "Check yourself": "check",
    "Teach": "teach",
    "Glossary": "glossary",
}
MOST_STOPS = 90

# The focused element, through shadow roots: its accessible name, as far as the page gives it one, and what it is.
FOCUSED = """
() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  if (!element || element === document.body) return null
  const root = element.getRootNode()
  const named = element.getAttribute('aria-labelledby')
  const candidates = [
    element.getAttribute('aria-label'),
    ...(named ?? '').split(' ').map(id => id && root.getElementById(id)?.innerText),
    ...[...(element.labels ?? [])].map(label => label.innerText),
    element.innerText,
    element.title,
    element.placeholder,
  ]
  const name = candidates.find(text => text?.trim()) ?? ''
  const box = element.getBoundingClientRect()
  const tag = element.tagName.toLowerCase()
  return { name: name.trim().replace(/\\s+/g, ' '), tag, seen: box.width * box.height > 0 }
}
"""


def walks() -> dict[str, list[str]]:
    """The stops of each page, as the documentation lists them."""
    sections = re.split(r"^## ", WALKS.read_text(encoding="utf-8"), flags=re.M)[1:]
    titles = [section.splitlines()[0] for section in sections]
    return {title: re.findall(r"\*\*(.+?)\*\*", section) for title, section in zip(titles, sections, strict=True)}


def stops(page) -> list[dict]:
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError(f"the focus does not leave the page: {[stop['name'] for stop in found[-8:]]}")


def without_icon(name: str) -> str:
    """A name without the words of Streamlit's icons, which are hidden from screen readers."""
    return re.sub(r"^(?:[a-z]+_)*[a-z]+ (?=[A-Z])", "", name)


def test_every_page_has_a_walk():
    assert list(walks()) == list(ADDRESSES)
    assert all(len(stops) > 2 for stops in walks().values())


@pytest.mark.parametrize("title", ADDRESSES)
def test_every_stop_is_reached_in_the_order_of_its_walk(page, server, title):
    page.goto(server.url + ADDRESSES[title])
    page.locator("[data-testid=stMain] :is(h4, button)").first.wait_for()
    settle(page)
    found = stops(page)
    assert found[0]["name"] == "Skip to main content"
    assert all(stop["seen"] for stop in found)
    names = [without_icon(stop["name"]) for stop in found]
    assert "" not in [name for name, stop in zip(names, found, strict=True) if stop["tag"] != "main"]
    rest = iter(names)
    for expected in walks()[title]:
        assert any(name.startswith(expected) for name in rest), f"{expected} is not reached in this order: {names}"
