"""What the container and the workflow promise: no root rights, one volume, public mode, nothing secret inside."""

import fnmatch
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from longformer_viz.server.settings import read_settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text("utf-8")


def instructions():
    """The instructions of the Dockerfile: name, and the rest with continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def final():
    """The instructions of the image itself, below the last FROM."""
    found = instructions()
    start = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def one(found, name):
    (value,) = [value for each, value in found if each == name]
    return value


def environment(final):
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(value for name, value in final if name == "ENV")))


def test_the_base_is_named_by_its_whole_version(final):
    (base,) = [value for name, value in instructions() if name == "ARG" and value.startswith("PYTHON=")]
    assert re.fullmatch(r"PYTHON=3\.\d+\.\d+-slim-\w+", base)
    assert one(final, "FROM") == "python:${PYTHON}"


def test_it_runs_without_root_rights(final):
    names = [name for name, _ in final]
    assert one(final, "USER") not in ("root", "0")
    assert "RUN" not in names[names.index("USER") :]


def test_all_that_is_written_is_in_the_one_volume(final):
    assert one(final, "VOLUME") == "/data"
    assert one(final, "WORKDIR") == "/data"
    written = environment(final)
    for name in ("HOME", "TMPDIR", "HF_HOME", "LONGFORMER_VIZ_CACHE", "LONGFORMER_VIZ_RUNS"):
        assert written[name].split("/")[1] == "data", name


def test_it_is_public_unless_told_otherwise(final):
    ours = {name: value for name, value in environment(final).items() if name.startswith("LONGFORMER_VIZ_")}
    assert read_settings(ours).is_public


@pytest.mark.parametrize(("base", "address"), [("", "/_stcore/health"), ("/viz", "/viz/_stcore/health")])
def test_its_health_is_asked_at_the_address_of_the_app(final, base, address, monkeypatch):
    asked = []
    command = json.loads(one(final, "HEALTHCHECK").partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", base)
    monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: asked.append((url, timeout)))
    exec(command[2], {})
    assert asked == [(f"http://127.0.0.1:8501{address}", 4)]


def test_it_starts_as_the_command_line_does(final):
    start = json.loads(one(final, "ENTRYPOINT"))
    assert start[:3] == ["longformer-viz", "app", "--no-browser"]
    assert one(final, "EXPOSE") == start[start.index("--port") + 1]


def test_nothing_secret_or_needless_gets_into_it():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "what is not named is left out"
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    assert not [
        name for name in let_in if fnmatch.fnmatch(name, "*secret*") or name.startswith((".git", ".env", ".cache"))
    ]
    assert ".streamlit/secrets.toml" in rules
    assert not re.search(r"(?i)(token|secret|password|key)=\S", TEXT)
    # All that the wheel is built from
    listed = (ROOT / "pyproject.toml").read_text("utf-8")
    for name in ("app.py", "pages", ".streamlit", "README.md", "LICENSE", "requirements.txt", "longformer_viz"):
        assert name in let_in
        assert name in listed


def test_the_workflow_builds_it_and_starts_it_read_only():
    steps = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text("utf-8"))["jobs"]
    container = "\n".join(step.get("run", "") for step in steps["container"]["steps"])
    for part in ("docker build", "--read-only", "--cap-drop ALL", "/_stcore/health", "docker stop"):
        assert part in container
    assert any(step.get("run") == "make audit" for step in steps["audit"]["steps"])
    for script in (step["run"] for job in steps.values() for step in job["steps"] if "run" in step):
        written = re.sub(r"\$\{\{.*?\}\}", "", script)
        assert subprocess.run(["bash", "-n"], input=written, text=True, capture_output=True).returncode == 0, script
