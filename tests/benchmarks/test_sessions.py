"""The benchmark of sessions that end: it reports every key, and what they left."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.sessions import growth


def test_the_command_reports_every_key():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sessions", "--sessions", "4", "--every", "2", "--json"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["sessions"], told["errors"], told["sessions_left"]) == (4, 0, 0)
    assert len(told["rss_bytes_by_hundred"]) == 2
    assert all(each > 100e6 for each in told["rss_bytes_by_hundred"])
    assert told["rss_growth_second_half"] is not None
    assert told["files_after"] == told["files_before"] > 0


def test_growth_compares_the_end_with_the_middle():
    assert growth([100, 200, 200, 210]) == pytest.approx(0.05)
    assert growth([100, 150, 200]) == pytest.approx(1 / 3)
    assert growth([100]) is None
