"""The answers page in a real browser: the marked passage, another question, each tab, and files to take away."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import key_figures, open_app, open_tab, paste, settle

BEST = "mark[data-mark='1']:is(.mt-level-3, .mt-level-2)"
HOSTILE = "Who <img src=x onerror=\"document.title='taken'\"> decides ![x](http://example.invalid/x.png)?"


def open_answers(page, server, query="?document=Library+notice"):
    # Once some session has run the app, every page's own address is known to the server.
    open_app(page, server, "?document=Library+notice")
    page.goto(server.url + "answers" + query)
    page.wait_for_selector(".mt-row, [data-testid=stAlert]")
    settle(page)


def work_in(page, name):
    """Open a tab and begin its work, which on a slow machine waits for a click."""
    open_tab(page, name)
    start = page.get_by_role("button", name=re.compile("^Read it (in|with) "))
    if start.count():
        start.click()
        settle(page)


def question(page):
    return page.get_by_role("textbox", name="Question", exact=True)


def ask(page, text):
    question(page).fill(text)
    question(page).press("Enter")
    settle(page)


def inside(inner, outer):
    """Whether one element's box lies within another's."""
    one, other = inner.bounding_box(), outer.bounding_box()
    return other["y"] <= one["y"] and one["y"] + one["height"] <= other["y"] + other["height"] + 1


def test_the_text_is_seen_whole_at_1280_by_720_when_there_is_no_answer(page, server):
    open_answers(page, server, "?document=Services+contract")
    ask(page, "Which colour is the engine of the director's private aeroplane?")
    assert "answer" in page.locator("[data-testid=stMarkdown]", has_text="chance").first.inner_text()
    bottom = page.locator(".mt-box").bounding_box()
    assert bottom["y"] + bottom["height"] <= 720


def test_every_column_of_the_strategies_is_seen_at_1280(page, server):
    open_answers(page, server)
    work_in(page, "Longformer or chunking")
    page.get_by_role("textbox", name="The right answer, if you know it").fill("six months")
    page.keyboard.press("Enter")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    scroller = table.locator(".dvn-scroller")
    assert scroller.evaluate("one => one.scrollWidth <= one.clientWidth + 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_is_marked_and_seen_whole_at_1280_by_720(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_answers(page, server, "")
    best, box = page.locator(BEST), page.locator(".mt-box")
    assert "2,041 tokens" in key_figures(page)
    assert inside(best, box), "the text is scrolled to it"
    bottom = box.bounding_box()
    assert bottom["y"] + bottom["height"] <= 720
    row = page.locator("button.mt-row").first
    assert row.bounding_box()["x"] + row.bounding_box()["width"] <= 1280
    assert row.locator(".mt-row-text").inner_text() == best.text_content()


def test_a_click_on_a_runner_up_goes_to_its_passage(page, server):
    open_answers(page, server, "?document=Support+thread")
    box = page.locator(".mt-box")
    for number in (2, 3):
        page.locator("button.mt-row").nth(number - 1).click()
        mark = page.locator(f"mark[data-mark='{number}']")
        page.wait_for_timeout(900)  # it glides there
        assert inside(mark, box)


def test_another_question_typed_suggested_and_linked(page, server):
    open_answers(page, server)
    ask(page, "Where are the newspapers?")
    page.wait_for_url(re.compile(r"question=Where"))
    assert page.locator(BEST).count() == 1
    page.get_by_role("button", name="Other questions").click()
    page.get_by_text(re.compile("To what date")).click()
    expect(page.get_by_text("Example questions")).to_be_hidden()
    settle(page)
    expect(question(page)).to_have_value(re.compile("To what date"))
    page.goto(page.url)
    page.wait_for_selector(".mt-row")
    expect(question(page)).to_have_value(re.compile("To what date"))
    page.get_by_role("link", name="Attention").click()
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    assert "document=Library" in page.url, "what a link brought holds on every page"
    page.get_by_role("link", name="Answers").click()
    page.wait_for_selector(".mt-row")
    settle(page)
    expect(question(page)).to_have_value(re.compile("To what date"))


def test_words_are_never_markup(page, server):
    open_answers(page, server)
    paste(page, (HOSTILE + " </mark><script>document.title='taken'</script> The committee decides. ") * 3)
    ask(page, HOSTILE)
    for name in ("Scores", "Attention of the question", "Longformer or chunking", "What changes the answer"):
        work_in(page, re.compile(name))
    assert page.title() == "Longformer Viz"
    assert "</mark><script>" in page.locator(".mt-box").inner_text()
    expect(question(page)).to_have_value(HOSTILE)
    ask(page, "")
    expect(page.get_by_role("alert").first).to_contain_text("must contain a word")
    assert page.locator(".mt-box").is_visible()


def test_every_tab_and_its_file(page, server):
    open_answers(page, server)
    work_in(page, "Scores")
    page.wait_for_selector(".js-plotly-plot .scatterlayer")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Download the ranked answers")).click()
    data = waiting.value.path().read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0]["answer"] == page.locator(BEST).text_content()
    work_in(page, "Attention of the question")
    page.wait_for_selector(".lv-map-pane canvas")
    page.wait_for_selector(".js-plotly-plot .heatmaplayer")
    shown = page.locator("[data-testid=stMarkdown]", has_text="of their attention")
    before = shown.inner_text()
    page.get_by_label("Layer", exact=True).first.select_option("0")
    settle(page)
    assert "layer 0" in shown.inner_text() != before
    work_in(page, "Longformer or chunking")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=120_000)
    expect(page.locator("[data-testid=stMarkdown]", has_text="whole").first).to_be_visible()
    work_in(page, "What changes the answer")
    found = page.locator("[data-testid=stMarkdown]", has_text="of 16 settings")
    start = page.get_by_role("button", name=re.compile("Try 16 settings"))  # A slow machine asks before it starts.
    expect(found.or_(start)).to_be_visible(timeout=200_000)
    if start.is_visible():
        start.click()
    expect(found).to_be_visible(timeout=200_000)
    page.wait_for_selector(".js-plotly-plot .heatmaplayer")
    assert page.locator(".annotation-text", has_text="· default").count() == 2


def test_the_window_moves_the_answer(page, server):
    open_answers(page, server, "?document=Support+thread")
    page.get_by_role("slider", name="Window").press("Home")
    settle(page)
    page.wait_for_url(re.compile("window=2(&|$)"))
    assert "same weights, other pattern" in key_figures(page)
    assert page.locator(BEST).count() == 1
