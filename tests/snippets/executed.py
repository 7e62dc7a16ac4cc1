"""Run generated lines as a reader would: in an empty namespace, in a folder that may hold their text."""

import ast
from pathlib import Path
from typing import Any

import longformer_viz
from longformer_viz.snippets.recorded_run import OWN_FILE


def executed(lines: str, folder: Path, monkeypatch: Any, text: str = "") -> dict[str, Any]:
    """The names after the lines have run. Every import is one of public names, and each name is used."""
    tree = ast.parse(lines)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    (only,) = imports
    assert isinstance(only, ast.ImportFrom)
    assert only.module == "longformer_viz"
    names = {alias.name for alias in only.names}
    assert names <= set(longformer_viz.__all__)
    assert names == names & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if text:
        (folder / OWN_FILE).write_text(text, encoding="utf-8", newline="")
    monkeypatch.chdir(folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(lines, "copied lines", "exec"), namespace)
    return namespace
