"""The labels page in a real browser: bars and shaded sentences, a click on a label, typed labels, tabs and files."""

import csv
import io
import json
import re
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, free_port, key_figures, open_app, open_tab, paste, settle
from tests.browser.with_heads import TOPICS

HOSTILE = "<img src=x onerror=\"document.title='taken'\"> ![x](http://example.invalid/x.png)"


class ServerWithHeads(Server):
    """The app with heads whose labels are known here."""

    command = (sys.executable, "-m", "tests.browser.with_heads", "--server.headless=true")


@pytest.fixture(scope="module")
def server():
    running = ServerWithHeads(free_port())
    running.start()
    yield running
    running.stop()


# How far down the whole text passages stand, in per cent.
PLACES = """marks => marks.map((mark) => {
  const box = mark.closest(".mt-box")
  const { top, height } = mark.getBoundingClientRect()
  return 100 * (top + height / 2 - box.getBoundingClientRect().top + box.scrollTop) / box.scrollHeight
})"""


def open_labels(page, server, query="?document=Library+notice&labels=Topics"):
    # Once some session has run the app, every page's own address is known to the server.
    open_app(page, server, "?document=Library+notice")
    page.goto(server.url + "labels" + query)
    page.wait_for_selector(".mt-row, [data-testid=stAlert]")
    settle(page)


def choose(page, name):
    page.get_by_role("radio", name=name).click()
    settle(page)


def bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


def download(page, name):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.path().read_bytes().decode("utf-8-sig")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["Topics", "Your+own"])
def test_labels_and_text_are_seen_whole_at_1280_by_720(page, server, scheme, kind):
    page.emulate_media(color_scheme=scheme)
    open_labels(page, server, f"?labels={kind}")
    assert "2,041 tokens" in key_figures(page)
    box, best = page.locator(".mt-box"), page.locator("mark[data-mark='1']")
    assert bottom(box) <= 720
    assert box.bounding_box()["y"] <= best.bounding_box()["y"] <= bottom(box), "the text is scrolled to it"
    rows = page.locator(".mt-row")
    assert rows.first.locator(".mt-row-text").inner_text().split()[0] in key_figures(page)
    for row in rows.all():
        assert bottom(row) <= bottom(box) + 1
        assert row.bounding_box()["x"] + row.bounding_box()["width"] <= 1280
    ticks = page.locator(".mt-strip > i").evaluate_all("ticks => ticks.map(({ style }) => parseFloat(style.top))")
    marks = page.locator("mark:not(.mt-against)").evaluate_all(PLACES)
    assert len(marks) >= 1
    assert sorted(ticks) == pytest.approx(sorted(marks), abs=0.5), "a tick stands where its passage does"


def test_ten_labels_are_seen_and_the_rest_on_request(page, server):
    open_labels(page, server)
    rows = page.locator("button.mt-choice")
    assert rows.count() == 10
    more = page.locator("button.mt-more")
    assert more.inner_text().startswith("2 more")
    more.click()
    assert rows.count() == len(TOPICS) == 12
    names = page.locator(".mt-row-text").all_inner_texts()
    assert "Ice hockey rec.sport.hockey" in names


def test_a_click_on_a_label_shows_what_speaks_for_it(page, server):
    open_labels(page, server)
    caption = page.get_by_test_id("stCaptionContainer").filter(has_text="Gradient times input").first
    before = page.locator("mark").all_inner_texts()
    row = page.locator("button.mt-choice").nth(3)
    name = row.locator(".mt-row-text").inner_text()
    row.click()
    page.wait_for_url(re.compile("explained="))
    settle(page)
    expect(page.locator("button.mt-choice[aria-pressed=true]")).to_contain_text(name.split()[-1])
    assert name.split()[0] in caption.inner_text()
    assert page.locator("mark").all_inner_texts() != before
    page.goto(page.url)
    page.wait_for_selector(".mt-row")
    settle(page)
    expect(page.locator("button.mt-choice[aria-pressed=true]")).to_contain_text(name.split()[-1])


def test_typed_labels_stay_through_kinds_pages_and_reload(page, server):
    open_labels(page, server)
    choose(page, "Your own")
    field = page.get_by_role("textbox", name="Your labels")
    field.fill("a public notice, a recipe")
    field.press("Enter")
    settle(page)
    assert key_figures(page).startswith("a public notice")
    assert page.get_by_role("slider", name="Window").count() == 0
    choose(page, "Sentiment")
    assert "Negative" in page.locator(".mt-side").inner_text()
    choose(page, "Your own")
    expect(field).to_have_value("a public notice, a recipe")
    page.get_by_role("link", name="Attention").click()
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    page.get_by_role("link", name="Labels").click()
    page.wait_for_selector(".mt-row")
    settle(page)
    expect(field).to_have_value("a public notice, a recipe")
    page.goto(page.url)
    page.wait_for_selector(".mt-row")
    settle(page)
    expect(field).to_have_value("a public notice, a recipe")
    assert key_figures(page).startswith("a public notice")


def test_words_are_never_markup(page, server):
    open_labels(page, server, "?labels=Your+own")
    paste(page, (HOSTILE + " </mark><script>document.title='taken'</script> The committee decides. ") * 3)
    field = page.get_by_role("textbox", name="Your labels")
    field.fill(f"{HOSTILE}, <b>bold</b>, *stars*, =1+1")
    field.press("Enter")
    settle(page)
    page.locator("button.mt-choice").nth(1).click()
    settle(page)
    for name in ("Sentences", "Attention of the first token", "Longformer or chunking", "All labels"):
        open_tab(page, re.compile(name))
    assert page.title() == "Longformer Viz"
    assert "</mark><script>" in page.locator(".mt-box").inner_text()
    assert "<b>bold</b>" in page.locator(".mt-side").inner_text()
    assert page.locator(".mt b, .mt img, .mt script").count() == 0
    rows = list(csv.DictReader(io.StringIO(download(page, "Download the labels (CSV)"), newline="")))
    assert "'=1+1" in {row["label"] for row in rows}
    field.fill("one alone")
    field.press("Enter")
    settle(page)
    expect(page.get_by_role("alert").first).to_contain_text("2 to 100 labels")
    expect(field).to_have_value("one alone")
    assert page.locator(".mt-box").is_visible()


def test_leave_one_out_is_named_and_counted(page, server):
    open_labels(page, server)
    choose(page, "Leave one out")
    caption = page.get_by_test_id("stCaptionContainer").filter(has_text="Leave one out").first
    expect(caption).to_contain_text("9 runs", timeout=120_000)
    page.wait_for_url(re.compile("method=Leave"))


def test_every_tab_and_its_file(page, server):
    open_labels(page, server)
    open_tab(page, "Sentences")
    page.wait_for_selector(".js-plotly-plot .barlayer")
    rows = list(csv.DictReader(io.StringIO(download(page, "Download the sentences (CSV)"), newline="")))
    best = page.locator("mark[data-mark='1']").text_content()
    assert rows[0]["sentence"] == " ".join(best.split())
    read = json.loads(download(page, "JSON"))
    assert read["evidence"]["method"] == "gradient times input"
    assert len(read["labels"]) == len(TOPICS)
    open_tab(page, "Attention of the first token")
    page.wait_for_selector(".lv-map-pane canvas")
    page.wait_for_selector(".js-plotly-plot .scatterlayer")
    shown = page.locator("[data-testid=stMarkdown]", has_text="The classifier decides from the first token")
    before = shown.inner_text()
    assert "is global" in before
    page.get_by_label("Layer", exact=True).first.select_option("0")
    settle(page)
    assert "layer 0" in shown.inner_text() != before
    open_tab(page, "Longformer or chunking")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=120_000)
    assert len(list(csv.DictReader(io.StringIO(download(page, "Download the strategies (CSV)"), newline="")))) == 3
    open_tab(page, "All labels")
    assert len(list(csv.DictReader(io.StringIO(download(page, "Download the labels (CSV)"), newline="")))) == len(
        TOPICS
    )
