"""Finds and starts a Chromium for tests, benchmarks and pictures, or installs one where that can be done.

`python -m tests.browser.chromium` prints where it is. With CI=true a missing browser is a failure; elsewhere the
browser tests are skipped, loudly.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

PACKAGES = ("chromium-headless-shell", "chromium")  # The shell draws no windows: a third of the processor time.
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "NO BROWSER: the browser tests are SKIPPED. Install Chromium, or name one in CHROMIUM."


def find() -> str | None:
    """The browser in CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            sys.exit(f"CHROMIUM must name a browser that can be run; got {named!r}. Correct it or unset it.")
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start the browser that is found, without a GPU; end the program where there is none.

    Args:
        playwright: What drives it.
        flags: Of its command line, besides those that every use has.
    """
    path = find()
    if path is None:
        sys.exit(MISSING.replace("the browser tests are SKIPPED", "nothing can be measured"))
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


def install() -> None:
    """Try Playwright's installer, then apt-get as root; their failures are theirs to print."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], timeout=300, check=False)
    if find() is None and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], timeout=300, check=False)
        for package in PACKAGES:
            done = subprocess.run(["apt-get", "install", "-q", "-y", package], timeout=600, check=False)
            if done.returncode == 0:
                break


if __name__ == "__main__":
    if find() is None:
        install()
    found = find()
    if found is None and os.environ.get("CI") == "true":
        sys.exit(MISSING.replace("SKIPPED", "required with CI=true"))
    print(f"Browser for the tests: {found}" if found else f"\n{'!' * 80}\n{MISSING}\n{'!' * 80}\n")
