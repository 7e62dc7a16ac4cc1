"""Finds a Chromium for the browser tests, or installs one where that can be done.

`python -m tests.browser.chromium` prints where it is. With CI=true a missing browser is a failure; elsewhere the
browser tests are skipped, loudly.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install() -> None:
    """Try Playwright's installer, then apt-get as root; their failures are theirs to print."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], timeout=300, check=False)
    if find() is None and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], timeout=300, check=False)
        subprocess.run(["apt-get", "install", "-q", "-y", "chromium"], timeout=600, check=False)


if __name__ == "__main__":
    if find() is None:
        install()
    found = find()
    if found is None and os.environ.get("CI") == "true":
        sys.exit(MISSING.replace("SKIPPED", "required with CI=true"))
    print(f"Browser for the tests: {found}" if found else f"\n{'!' * 80}\n{MISSING}\n{'!' * 80}\n")
