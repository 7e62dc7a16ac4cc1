"""The Documents page in a real browser: a zip file, its rows, a passage on the Answers page, and exported tables."""

import csv
import io
import zipfile

import pyarrow.parquet
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WELCOMED, Server, free_port, open_tab, settle, watched_page
from tests.browser.test_answers import BEST
from tests.corpus.documents import NAMES, QUESTION, text_with_answer

ROW_PIXELS = 35
HOSTILE = "<img src=x onerror=alert(1)> *b* $c$.txt"


@pytest.fixture(scope="module")
def corpus_server():
    running = Server(free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser):
    yield from watched_page(browser, WELCOMED)


def archive(path):
    """A zip file with good documents, two of them equal, among bad ones of every kind."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for number in (1, 3):
            file.writestr(f"letters/{number}.txt", text_with_answer(NAMES[number], 60 * number, 240))
        file.writestr("letters/copy of 1.txt", text_with_answer(NAMES[1], 60, 240))
        file.writestr(HOSTILE, text_with_answer(NAMES[5], 1, 5))
        file.writestr("empty.txt", b"")
        file.writestr("broken.pdf", b"%PDF-1.7 nothing more")
        file.writestr("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(50))
        file.writestr("../../etc/passwd.txt", b"up")
        file.writestr("huge.txt", bytes(50 * 2**20))
        file.writestr("secret.txt", b"secret")
        file.getinfo("secret.txt").flag_bits |= 1
    return path


def open_row(page, number):
    """Press the button of a row, which the browser draws on a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 34, "y": ROW_PIXELS * (number + 1) + ROW_PIXELS / 2})


def taken(page, name):
    with page.expect_download() as waited:
        page.get_by_role("button", name=name).click()
    return waited.value.path().read_bytes()


def test_from_a_zip_file_to_rows_a_passage_and_tables(page, corpus_server, tmp_path):
    page.goto(corpus_server.url + "corpus")  # The first visit of this server, by the page's own address.
    page.get_by_role("button", name="Ask all 7 documents").wait_for(timeout=240_000)
    settle(page)
    expect(page.get_by_role("link", name="Answers")).to_be_visible()
    (tmp_path / "note.txt").write_text(text_with_answer(NAMES[0], 3, 8))
    files = [archive(tmp_path / "all.zip"), tmp_path / "note.txt"]
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(files)
    expect(page.get_by_text("Your 11 documents are loaded.")).to_be_visible()
    field = page.get_by_role("textbox", name="Question to all documents")
    field.fill(QUESTION)
    field.press("Enter")
    settle(page)
    assert "ask=Who+repairs" in page.url
    page.get_by_role("button", name="Ask all 11 documents").click()
    done = page.get_by_text("11 of 11 documents · 5 with an answer · 6 unreadable")
    expect(done).to_be_visible(timeout=240_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    settle(page)
    expect(page.get_by_text("512-token model would have missed an answer")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()

    rows = list(csv.DictReader(io.StringIO(taken(page, "Download the rows (CSV)").decode("utf-8-sig"))))
    by_name = {row["document"].removeprefix("'"): row for row in rows}
    assert len(by_name) == len(rows) == 11
    assert by_name["letters/3.txt"]["passage"] == NAMES[3]
    assert int(by_name["letters/3.txt"]["evidence_token"]) > 512
    assert by_name["letters/copy of 1.txt"]["same_as"] or by_name["letters/1.txt"]["same_as"]
    reasons = {
        "empty.txt": "",
        "broken.pdf": "",
        "picture.png": "file name must end in",
        "../../etc/passwd.txt": "must not leave the archive",
        "huge.txt": "at most 25 MB",
        "secret.txt": "without a password",
    }
    assert {name for name, row in by_name.items() if row["error"]} == set(reasons)
    assert all(said in by_name[name]["error"] for name, said in reasons.items())
    table = pyarrow.parquet.read_table(io.BytesIO(taken(page, "Download the rows (Parquet)"))).to_pylist()
    assert {row["document"]: row["error"] for row in table}.keys() == by_name.keys()

    names = [
        row["document"] for row in sorted(rows, key=lambda row: (bool(row["error"]), -float(row["probability"] or 0)))
    ]
    open_row(page, 0)
    page.wait_for_url("**/answers*")
    settle(page)
    expect(page.get_by_role("textbox", name="Question", exact=True)).to_have_value(QUESTION)
    expect(page.locator(BEST)).to_have_text(by_name[names[0].removeprefix("'")]["passage"])
    assert NAMES[0] not in page.url
    assert "lighthouse" not in page.url.replace("lighthouse%3F", "")
    page.get_by_role("link", name="Documents").click()
    settle(page)
    expect(done).to_be_visible()


def test_right_answers_lead_to_a_recommendation(page, corpus_server, tmp_path):
    for number in (1, 3):
        (tmp_path / f"{number}.txt").write_text(text_with_answer(NAMES[number], 40 * number, 140))
    page.goto(corpus_server.url + "corpus?ask=Who repairs the lighthouse?")
    settle(page)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(sorted(tmp_path.glob("*.txt")))
    settle(page)
    page.get_by_role("button", name="Ask all 2 documents").click()
    expect(page.get_by_text("2 of 2 documents · ")).to_be_visible(timeout=240_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    settle(page)
    open_tab(page, "Right answers")
    for name, right in (("1.txt", NAMES[1]), ("3.txt", NAMES[3])):
        field = page.get_by_role("textbox", name=f"Right answer for {name}")
        field.fill(right)
        field.press("Enter")
        settle(page)
    page.get_by_role("button", name="Compare 7 settings on 2 documents").click()
    expect(page.get_by_text("Recommendation.")).to_be_visible(timeout=300_000)
    expect(page.get_by_text("Mistakes by cause").or_(page.get_by_text("No setting made a mistake."))).to_be_visible()
