"""The lesson in a real browser: walked by keyboard, predictions answered right and wrong, and tried for real."""

import re

import pytest
from playwright.sync_api import expect

from longformer_viz.lesson.entries import ENTRIES
from longformer_viz.lesson.notes import NOTES
from tests.browser.conftest import settle
from tests.browser.test_accessibility import serious


def open_lesson(page, server, query=""):
    page.goto(server.url + "lesson" + query)
    page.locator(".le-heading").wait_for()
    settle(page)


def stepped_to(page, chapter, step):
    page.wait_for_url(re.compile(rf"chapter={chapter}&at={step}$"))


def predict_again(page):
    page.get_by_role("button", name="Predict again").click()


def test_a_chapter_is_walked_by_keyboard_and_tried_on_a_real_document(page, server):
    open_lesson(page, server, "?chapter=window&at=1")
    expect(page.locator(".le-heading")).to_have_text("The sliding window")
    page.keyboard.press("ArrowRight")
    stepped_to(page, "window", 2)
    asked = page.locator(".le-key")
    assert "Together the rows form a band" not in page.locator(".le-story").inner_text()
    # The truth is 3 to 7. The keys paint from the query, number 5, to the right: 5, 6 and 7.
    asked.nth(5).focus()
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.locator(".le-outcome-wrong")).to_contain_text("83% of the cells agree")
    expect(page.locator(".le-outcome-wrong")).to_contain_text("Missed: “burned”, “in”. The 2 keys before")
    page.locator(".le-again").press("Enter")
    for _ in range(2):
        asked.nth(3).focus()
        page.keyboard.press(" ")
        asked.nth(4).focus()
        page.keyboard.press(" ")
        if asked.nth(4).get_attribute("aria-pressed") == "true":
            break
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.locator(".le-outcome-right")).to_contain_text("All cells agree")
    page.locator(".le-heading").click()
    for step in (3, 4, 5):
        page.keyboard.press("ArrowRight")
        stepped_to(page, "window", step)
    page.keyboard.press("Home")
    stepped_to(page, "window", 1)
    page.keyboard.press("End")
    stepped_to(page, "window", 5)
    expect(page.locator(".le-chapter[aria-current]")).to_have_class(re.compile("le-done"))
    page.locator(".le-try").press("Enter")
    page.wait_for_url(re.compile("lesson=window.5"))
    page.locator(".lv-map-pane canvas").first.wait_for()
    settle(page)
    assert "window=64" in page.url
    expect(page.get_by_role("slider", name="Window").first).to_have_attribute("aria-valuetext", "64")
    page.get_by_role("link", name="Back to the lesson").click()
    expect(page.locator(".le-heading")).to_have_text("The sliding window")
    expect(page.locator(".le-dot[aria-current]")).to_have_attribute("aria-label", "Step 5")


def test_estimates_and_choices_are_judged(page, server):
    open_lesson(page, server, "?chapter=why&at=2")
    typed = page.locator(".le-typed")
    typed.fill("-3")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".le-problem")).to_contain_text("The estimate must be a number from 65,536 pairs")
    typed.fill("2,097,152")
    typed.press("Enter")
    expect(page.locator(".le-outcome-wrong")).to_contain_text("This is 8 times as many pairs.")
    predict_again(page)
    page.locator(".le-typed").fill("16.8m")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".le-outcome-right")).to_contain_text("16,777,216 pairs")

    page.get_by_role("button", name="One softmax").click()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Only the column of [CLS]").click()
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".le-outcome-wrong")).to_contain_text("use their usual projections")
    predict_again(page)
    page.get_by_role("button", name="Only the row of [CLS]").click()
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".le-outcome-right")).to_be_visible()


def test_global_tokens_are_judged_and_who_returns_is_at_the_last_step(page, server):
    open_lesson(page, server, "?chapter=global&at=1")
    page.locator(".le-picture").wait_for()
    page.keyboard.press("End")
    tokens = page.locator(".le-token")
    tokens.nth(20).click()
    page.get_by_role("button", name="Run the model").click()
    expect(page.locator(".le-run")).to_contain_text("No token of the question is global")
    page.get_by_role("link", name="Glossary").last.click()
    page.locator(".stHtml strong").first.wait_for()
    settle(page)
    page.get_by_role("link", name="Learn").last.click()
    expect(page.locator(".le-dot[aria-current]")).to_have_attribute("aria-label", "Step 3")
    for number in range(7):
        tokens.nth(number).click()
    page.get_by_role("button", name="Run the model").click()
    expect(page.locator(".le-outcome-right")).to_contain_text("The model finds the answer")


def test_a_bad_address_and_a_narrow_window_show_the_lesson(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lesson(page, server, "?chapter=nothing&at=7")
    expect(page.get_by_text("A chapter must be one of why")).to_be_visible()
    expect(page.locator(".le-heading")).to_have_text("Why 512 tokens?")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.goto(server.url + "lesson?chapter=window&at=40")
    expect(page.locator(".le-notice")).to_contain_text("This chapter has 5 steps, so there is no step 40")
    assert page.locator(".le-drawing").bounding_box()["width"] <= 390
    # A chapter far down the list is in sight in the row of chapters, and the words of a drawing are not tiny.
    page.get_by_role("button", name="Which to use when").click()
    row, here = (page.locator(each).bounding_box() for each in (".le-chapters", ".le-chapter[aria-current]"))
    assert row["x"] <= here["x"]
    assert here["x"] + here["width"] <= row["x"] + row["width"] + 1
    page.get_by_role("button", name="Why 512 tokens?").click()
    label = page.locator(".le-drawing .le-label").first
    assert label.evaluate("each => each.getBoundingClientRect().height") > 10


@pytest.mark.parametrize(
    ("chapter", "step", "shown"),
    [("choose", 2, "text=Will it fit?"), ("tasks", 2, "input[value^='Who decides when the Upper']")],
)
def test_try_it_leads_to_another_page_and_back_to_the_same_step(page, server, chapter, step, shown):
    open_lesson(page, server, f"?chapter={chapter}&at={step}")
    page.locator(".le-picture").wait_for()
    page.locator(".le-try").press("Enter")
    page.wait_for_url(re.compile(rf"lesson={chapter}.{step}"))
    page.locator("[data-testid=stMain] h4").wait_for()
    expect(page.locator("[data-testid=stApp]").locator(shown).first).to_be_visible()
    page.get_by_role("link", name="Back to the lesson").click()
    expect(page.locator(".le-dot[aria-current]")).to_have_attribute("aria-label", f"Step {step}")
    assert f"chapter={chapter}&at={step}" in page.url


def test_the_notes_follow_the_tab_that_opened_them_and_move_it(page, server):
    open_lesson(page, server, "?chapter=window&at=1")
    with page.expect_popup() as waiting:
        page.keyboard.press("n")
    notes = waiting.value
    shown = notes.locator(".le-notes-now")
    expect(shown).to_have_text(NOTES["window"][0].say)
    expect(notes.locator(".le-notes-times")).to_contain_text("of 1:00")
    expect(notes.locator(".le-notes-next")).to_contain_text(NOTES["window"][1].say)
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_text(NOTES["window"][1].say)
    notes.keyboard.press("ArrowLeft")
    expect(shown).to_have_text(NOTES["window"][0].say)
    stepped_to(page, "window", 1)
    assert serious(notes, ".le-notes") == []  # The page behind the dialog is inert.

    # Another tab of the same lesson moves neither these notes nor the tab that they follow.
    other = page.context.new_page()
    open_lesson(other, server, "?chapter=cost&at=1")
    other.keyboard.press("ArrowRight")
    expect(other.locator(".le-outcome")).to_be_visible()
    expect(shown).to_have_text(NOTES["window"][0].say)
    stepped_to(page, "window", 1)
    # What is answered there counts here, and a prediction that is taken back there stays taken back.
    predict_again(other)
    page.keyboard.press("End")
    kept = page.evaluate("JSON.parse(localStorage.getItem('longformer_viz.lesson'))")
    assert (kept["read"]["cost"], kept["read"]["window"], kept["verdicts"]) == (1, 5, {})


@pytest.mark.timeout(900)
def test_the_whole_lesson_is_walked_by_keyboard_alone(page, server):
    open_lesson(page, server)
    for number, entry in enumerate(ENTRIES, 1):
        for step in range(1, entry.steps + 1):
            # By the page, because the address may follow a moment later. Some chapters run the model first, which may
            # have to be converted beside other tests.
            expect(page.locator(".le-count")).to_have_text(f"Chapter {number} of {len(ENTRIES)}")
            dot = page.locator(".le-dot[aria-current]")
            expect(dot).to_have_attribute("aria-label", f"Step {step}", timeout=240_000)
            page.locator(".le-picture, .le-ask").first.wait_for()
            if page.locator(".le-ask").count():
                page.keyboard.press("ArrowRight")
            picture = page.locator(".le-picture")
            assert len(picture.locator("[aria-label], caption").all()) > 0, (entry.slug, step)
            if (entry.slug, step) != (ENTRIES[-1].slug, ENTRIES[-1].steps):
                page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_disabled()
    assert page.locator(".le-chapter.le-done").count() == len(ENTRIES)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".le-dot[aria-current]")).to_have_attribute("aria-label", f"Step {ENTRIES[-1].steps - 1}")
