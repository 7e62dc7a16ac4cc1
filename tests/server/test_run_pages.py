"""The pages on running the app say what the settings are."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from longformer_viz.server.measurements import measured, prometheus_text
from longformer_viz.server.settings import PRESETS_FILE, AppSettings, read_settings
from longformer_viz.server.visitors import Visitors
from tests.server.test_status import QUEUE

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (DOCS / "run-on-the-internet.md").read_text("utf-8")


def shown(key, value):
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:,}"


def test_the_table_of_settings_is_that_of_the_file():
    presets = tomllib.loads(PRESETS_FILE.read_text("utf-8"))
    rows = {
        key: (personal, public)
        for key, personal, public in re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", PAGE, re.M)
    }
    assert list(rows) == [field.name for field in fields(AppSettings) if field.name != "mode"]
    for key, (personal, public) in rows.items():
        assert personal == shown(key, presets["personal"][key]), key
        assert public == shown(key, presets["public"][key]), key


@pytest.mark.parametrize("page", ["run-on-the-internet.md", "run-for-a-class.md"])
def test_a_file_of_settings_on_a_page_is_valid(page, tmp_path):
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "own.toml").write_text(block, encoding="utf-8")
        assert read_settings({"LONGFORMER_VIZ_SETTINGS": str(tmp_path / "own.toml")}).is_public


def test_every_metric_on_the_page_exists():
    text = prometheus_text(measured(AppSettings(), Visitors(), QUEUE)) + "longformer_viz_job_seconds"
    named = set(re.findall(r"longformer_viz_[a-z_]+(?=[`{])", PAGE))
    assert len(named) >= 5
    assert not [name for name in named if name not in text]


def test_the_load_table_has_its_place():
    section = PAGE.split("## How many visitors", 1)[1].split("\n## ", 1)[0]
    assert "python -m benchmarks.load --sessions 30" in section
    assert "| another head |" in section
