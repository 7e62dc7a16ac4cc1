"""Every answer tells the browser what it may do; the policy allows the page's own scripts and no other."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import streamlit
from starlette.testclient import TestClient

from longformer_viz.server.headers import SecurityHeaders
from longformer_viz.ui.first_paint import inline_scripts, with_first_paint
from tests.server.small_app import small_app


def rules(answer):
    return dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; ") if " " in rule)


@pytest.fixture
def client():
    return TestClient(SecurityHeaders(small_app, scripts=inline_scripts()))


@pytest.mark.parametrize("path", ["/", "/compare", "/static/js/index.js", "/_stcore/health", "/viz/lesson"])
def test_every_answer_has_the_headers(client, path):
    answer = client.get(path)
    policy = rules(answer)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert not re.search(r"https?:|wss?:|\*|unsafe-eval|report", answer.headers["content-security-policy"])
    assert "unsafe-inline" not in policy["script-src"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]


def test_every_script_in_the_page_is_allowed(client):
    page = with_first_paint((Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()).decode()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules(client.get("/"))["script-src"]
    assert not re.search(r"\son\w+=", page), "an attribute with a script would be refused"


@pytest.mark.parametrize(
    ("path", "is_file"),
    [
        (f"/media/{'0a' * 28}.html", True),
        (f"/viz/media/{'0a' * 28}.csv", True),
        ("/media/compare", False),
        ("/media", False),
    ],
)
def test_a_file_that_a_visitor_made_runs_no_script(client, path, is_file):
    policy = client.get(path).headers["content-security-policy"]
    assert policy.endswith("; sandbox") is is_file
    assert ("script-src" in policy) is not is_file
