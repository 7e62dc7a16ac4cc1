"""Check yourself, Teach, Glossary and QR codes: by keyboard, without a fault, and with answers that stay here."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import settle
from tests.browser.test_accessibility import serious

KEPT = "JSON.parse(localStorage.getItem('longformer_viz.check'))"


def open_page(page, server, path, selector):
    page.goto(server.url + path)
    page.wait_for_selector(selector)
    settle(page)


def press(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def give(page, question, answer):
    if question["choices"]:
        press(page, answer)
    else:
        page.locator(".lc-number").focus()
        page.keyboard.type(answer)
        page.keyboard.press("Enter")


def test_a_check_by_keyboard_stays_in_the_browser_and_shows_the_gain(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, server, "check", ".lc-root h3")
    press(page, "Start")
    before = len(sent)
    for number, question in enumerate(page.evaluate(KEPT)["before"]):
        expect(page.locator(".lc-place")).to_contain_text(f"Question {number + 1} of 12")
        if number == 0:
            give(page, question, question["truth"])
        elif number == 1:
            give(page, question, next(text for text in question["reasons"] if text != question["truth"]))
        else:
            press(page, "Skip this question")
    assert len(sent) == before, "an answer was sent to the server"

    page.reload()
    page.wait_for_selector(".lc-root h3")
    press(page, "Answer the questions after the lesson")
    questions = page.evaluate(KEPT)["after"]
    for number, question in enumerate(questions):
        if number > 3:
            press(page, "Skip this question")
        else:
            wrong = next(text for text in question["reasons"] if text != question["truth"])
            given = wrong if number == 0 else question["truth"]
            give(page, question, given)
            expect(page.locator(".lc-heading")).to_contain_text("Not quite" if number == 0 else "Right")
            expect(page.locator(".lc-root")).to_contain_text(question["reasons"][given])
        press(page, "Next")
    expect(page.locator(".lc-total")).to_have_text("1 of 12 right before the lesson, 3 of 12 after it.")
    gains = page.locator(".lc-table tbody td:last-child").all_inner_texts()
    assert gains == ["0", "+2", "0", "0", "0", "0"]
    assert serious(page) == []
    old = page.evaluate("localStorage.getItem('longformer_viz.check')")
    press(page, "Start over with new questions")
    settle(page)
    press(page, "Start")
    assert page.evaluate(KEPT)["before"] != json.loads(old)["before"]


def test_a_term_is_found_and_a_worksheet_is_downloaded(page, server):
    open_page(page, server, "glossary?term=window", ".stHtml strong")
    expect(page.locator(".stHtml strong").first).to_have_text("Sliding window")
    assert page.get_by_role("img", name="A grid with a band of five cells in each row").count() == 2
    page.get_by_label("Search the glossary").fill("hash")
    page.keyboard.press("Enter")
    expect(page.locator(".stHtml strong")).to_have_text(["Hashed attention"])
    open_page(page, server, "teach?sheet=7", "[data-testid=stDownloadButton]")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download worksheet").click()
    assert b"Worksheet 7." in waiting.value.path().read_bytes()


def test_the_qr_code_says_how_to_open_the_app_to_the_network(page, server):
    open_page(page, server, "teach", "[data-testid=stDownloadButton]")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Show QR code").click()
    dialog = page.get_by_role("dialog", name="QR code of this page")
    expect(dialog).to_contain_text("--address 0.0.0.0")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("body").press("p")
    page.keyboard.press("q")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("'lvPresenter' in document.documentElement.dataset")
    page.keyboard.press("p")
