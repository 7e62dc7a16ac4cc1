"""The package: its dependencies, and a wheel that works in an empty environment, in any folder."""

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.browser.conftest import Server, free_port

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins() -> dict[str, str]:
    """The runtime versions that the tests run with."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.fullmatch(r"([\w.-]+?)(?:\[\w+\])?==([\w.]+)", line).groups() for line in lines)


def ranges() -> dict[str, Requirement]:
    """What the wheel asks for, with the extras of readers: by name."""
    extras = PROJECT["optional-dependencies"]
    listed = [Requirement(line) for line in (*PROJECT["dependencies"], *extras["app"], *extras["train"])]
    return {requirement.name: requirement for requirement in listed}


def test_every_pin_lies_in_the_range_of_the_wheel():
    asked = ranges()
    for name, version in pins().items():
        assert name in asked, f"pyproject.toml lacks {name}"
        assert asked[name].specifier.contains(version), name


def test_every_dependency_is_pinned_for_the_tests():
    assert set(ranges()) - set(pins()) <= {"accelerate"}, "accelerate comes with peft"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_app_and_nothing_of_the_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    pages = {f"longformer_viz/app/pages/{page.name}" for page in (ROOT / "pages").glob("*.py")}
    assert pages
    assert names >= pages | {"longformer_viz/app/app.py", "longformer_viz/app/.streamlit/config.toml"}
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/", "pages/"))]
    assert "longformer_viz/training/train.py" in names
    assert "longformer_viz/training/ship.py" not in names, "it only makes the built-in adapters"
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of commands of an empty environment with nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    install = ["-m", "pip", "install", "--quiet", "--no-compile", "--constraint", str(constraints(folder))]
    subprocess.run([commands / "python", *install, f"{wheel}[app]"], check=True, cwd=folder)
    return commands


def constraints(folder: Path) -> Path:
    """The tested pins as constraints, which may name no extras."""
    file = folder / "constraints.txt"
    file.write_text("\n".join(f"{name}=={version}" for name, version in pins().items()))
    return file


@pytest.mark.timeout(900)
def test_the_installed_app_shows_its_first_picture(installed, browser, tmp_path):
    server = Server(free_port())
    server.command = (str(installed / "longformer-viz"), "app", "--no-browser")
    server.folder = tmp_path
    server.settings = {"LONGFORMER_VIZ_CACHE": str(tmp_path / "cache"), "PYTHONPATH": ""}
    server.start()
    try:
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_selector(".lv-map-pane canvas", timeout=240_000)
        assert not page.locator("[data-testid=stException]").count()
        page.close()
    finally:
        server.stop()


def test_the_installed_command_answers_in_any_folder(installed, tmp_path):
    done = subprocess.run(
        [installed / "longformer-viz", "answer", "-", "What is the rent?"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        input="The rent is 900 euros.",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "900 euros" in done.stdout
