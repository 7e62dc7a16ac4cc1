"""The Python blocks of README and docs run as they stand: a page's in order, in one namespace, without a network."""

import re
import socket
from pathlib import Path

import pytest

import longformer_viz

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[str]:
    """The code of each block, below as many empty lines as stand above it, so that a traceback names its line."""
    text = page.read_text(encoding="utf-8")
    return ["\n" * text.count("\n", 0, found.start(1)) + found[1] for found in BLOCK.finditer(text)]


PAGES = {str(page.relative_to(ROOT)): page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))}


def test_every_python_block_begins_at_the_start_of_a_line():
    for name, page in PAGES.items():
        assert len(blocks(page)) == page.read_text(encoding="utf-8").count("```python"), name


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if blocks(page)])
def test_the_code_of_a_page_runs(name, monkeypatch, tmp_path):
    def refuse(*_):
        raise OSError(f"{name} asks for the network. Mark its block as text.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for code in blocks(PAGES[name]):
        exec(compile(code, str(PAGES[name]), "exec"), namespace)


def test_the_reference_lists_every_public_name():
    listed = re.findall(r"^::: longformer_viz\.(\w+)$", (ROOT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == longformer_viz.__all__


def test_the_first_steps_are_shown_in_code():
    assert all(blocks(PAGES[name]) for name in ("README.md", str(Path("docs/tutorial.md"))))
