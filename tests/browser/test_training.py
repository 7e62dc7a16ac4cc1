"""From an uploaded file to a prediction with the model that was fine-tuned on it."""

import pytest
from playwright.sync_api import expect

from longformer_viz.training.own_data.sample_set import sample_set
from tests.browser.conftest import Server, free_port, settle, watched_page


@pytest.fixture(scope="module")
def training_server(tmp_path_factory):
    running = Server(free_port())
    running.settings = {"LONGFORMER_VIZ_RUNS": str(tmp_path_factory.mktemp("runs"))}
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser):
    yield from watched_page(browser)


def test_from_upload_to_a_prediction(page, training_server, tmp_path):
    lines = ["kind;content"]
    for document in sample_set(24).labelled.documents:
        text = document.text[-500:].replace('"', "'")
        lines.append(f'{document.labels[0]};"{text}"')
    lines.append("repair;")
    (tmp_path / "cases.csv").write_text("\n".join(lines), encoding="cp1252")
    page.goto(training_server.url + "train")
    settle(page)
    page.get_by_test_id("stSidebar").get_by_label("Training data", exact=True).click()
    page.get_by_role("option", name="Your own file").click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(tmp_path / "cases.csv")
    settle(page)
    expect(page.get_by_text("24 documents with 4 labels")).to_be_visible()
    expect(page.get_by_text("1 row is left out", exact=True)).to_be_visible()
    page.get_by_label("Epochs", exact=True).fill("2")
    page.get_by_label("Epochs", exact=True).press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("Use it")).to_be_visible(timeout=180_000)
    page.reload()
    settle(page)
    expect(page.get_by_role("link", name="See what changed in the attention")).to_be_visible()
    page.get_by_role("link", name="Label a document").click()
    settle(page)
    shown = page.locator(".st-key-label_summary")
    expect(shown).to_contain_text("among 4 labels")
    page.goto(training_server.url + "train?train_view=Runs")
    settle(page)
    page.get_by_role("link", name="See what changed in the attention").click()
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    assert "maps=difference_1" in page.url
    page.goto(training_server.url + "train?train_view=Runs")
    settle(page)
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New name", exact=True).fill("renamed")
    page.get_by_role("button", name="Rename the run").click()
    settle(page)
    expect(page.get_by_test_id("stMultiSelect").get_by_text("renamed")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete the run").click()
    settle(page)
    expect(page.get_by_text("There are no runs yet")).to_be_visible()
