"""The example notebooks run from the first cell to the last."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]


def test_the_jupyter_tour_runs_and_shows_two_maps_and_a_rollout():
    book = nbformat.read(ROOT / "examples" / "tour.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in book.cells), "the file is kept without outputs"
    NotebookClient(book, timeout=200, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    maps = [output for output in outputs if "<iframe" in output.get("data", {}).get("text/html", "")]
    assert len(maps) == 2
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs)
    printed = " ".join(output["text"] for output in outputs if output["output_type"] == "stream")
    assert re.search(r"[\d,]+ tokens, 6 layers of 12 heads", printed)


def test_the_marimo_tour_runs():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "examples/tour.py"], cwd=ROOT, env=environment, check=True, timeout=200)
