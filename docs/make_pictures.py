"""Takes the pictures of README and docs from the running app: `python docs/make_pictures.py`.

Each page as a PNG, the first screen with the paper's tiling of positions, and the attention map as an animated GIF in
which the window becomes narrower. For the page Train it first trains the sample set, which takes some minutes. Needs
Chromium and the packages of requirements-dev.txt.
"""

import io
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from transformers import BertModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from longformer_viz.models.converting.conversion import longformer_from  # noqa: E402
from longformer_viz.models.embedded import WINDOW, longformer_tokenizer, source_folder  # noqa: E402
from longformer_viz.models.runs import SETTING  # noqa: E402
from tests.browser.chromium import launch  # noqa: E402
from tests.browser.conftest import WELCOMED, Server, free_port, settle  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
VIEW = {"width": 1280, "height": 720}
PAGES = {
    "attention": "",
    "compare": "compare",
    "curves": "curves",
    "labels": "labels",
    "answers": "answers",
    "corpus": "corpus",
    "train": "train?train_view=Runs",
}
TABS, BUTTONS = {"train": "Course"}, {"corpus": "Ask all"}
WINDOWS = (512, 256, 128, 64, 32)
FRAME_MILLISECONDS = 1200
WIDTH_PIXELS = 960


def picture_of(page: Page, address: str, tab: str | None = None, button: str | None = None) -> Image.Image:
    """Return the first screen of an address, with a button pressed or a tab opened, once nothing on it changes."""
    page.goto(address)
    page.wait_for_selector("[data-testid=stTopNavLink]")
    page.wait_for_timeout(2500)
    settle(page)
    if button is not None:
        page.get_by_role("button", name=button).click()
        page.get_by_role("button", name="Cancel").wait_for(state="visible")
        page.get_by_role("button", name="Cancel").wait_for(state="detached")
        settle(page)
    if tab is not None:
        page.get_by_role("tab", name=tab).click()
        settle(page)
    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(
        (WIDTH_PIXELS, round(picture.height * WIDTH_PIXELS / picture.width)), Image.Resampling.LANCZOS
    )


def convert_with_papers_tiling(folder: str) -> None:
    """Save the built-in model in a folder, with the position embeddings that it had at first."""
    source = source_folder()
    tokenizer = longformer_tokenizer(source / "tokenizer.json")
    bert = BertModel.from_pretrained(source)
    model = longformer_from(bert, tokenizer.sep_token_id, WINDOW, position_tiling="paper")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Take all pictures, in light mode."""
    FOLDER.mkdir(exist_ok=True)
    server = Server(free_port())
    runs, before = TemporaryDirectory(), TemporaryDirectory()
    convert_with_papers_tiling(before.name)
    server.settings = {SETTING: runs.name}
    command = [sys.executable, "-m", "longformer_viz", "train", "--name", "Case files", "--epochs", "2"]
    subprocess.run(command, cwd=ROOT, env=os.environ | server.settings, check=True)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            page = browser.new_page(viewport=VIEW, color_scheme="light")
            page.add_init_script(WELCOMED)
            for name, address in (PAGES | {"attention-paper-tiling": f"?model={quote(before.name)}"}).items():
                tab, button = TABS.get(name), BUTTONS.get(name)
                picture = picture_of(page, server.url + address, tab, button)
                picture.quantize(255).save(FOLDER / f"{name}.png", optimize=True)
            frames = [picture_of(page, f"{server.url}?window={window}") for window in WINDOWS]
            frames = [frame.quantize(127, dither=Image.Dither.NONE) for frame in frames]
            frames[0].save(
                FOLDER / "map.gif",
                save_all=True,
                append_images=frames[1:],
                duration=FRAME_MILLISECONDS,
                loop=0,
                optimize=True,
            )
            browser.close()
    finally:
        server.stop()
        runs.cleanup()
        before.cleanup()


if __name__ == "__main__":
    main()
