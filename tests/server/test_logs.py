"""Logs are lines of JSON about what happened. In public mode nothing that a visitor wrote is in them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRET = "the visitor's words"
# In a process of its own, since it changes the logging of the whole process. It logs as libraries do.
CODE = f"""
import logging, threading, warnings
from longformer_viz.server.logs import log_error, log_event, set_up_logs
from longformer_viz.spec import InputError

secret = {SECRET!r}
library = logging.getLogger("library")
library.propagate = False
library.addHandler(logging.StreamHandler())
set_up_logs(is_public={{public}})
log_event("session_opened", sessions=3)
library.warning("A fixed message")
library.warning("A value: %s", secret)
library.warning(f"A value: {{secret}}")
try:
    try:
        raise InputError(f"Choose another. You entered {{secret}}.")
    except InputError as problem:
        raise ValueError(secret) from problem
except ValueError as error:
    library.exception("Uncaught app execution")
    logging.getLogger("another").error(error, exc_info=error)
    logging.getLogger("streamlit.made_later").error("Failed: %s", error, exc_info=error, stack_info=True)
    log_error("page_failed", error)
warnings.warn(secret)
def fail():
    raise RuntimeError(secret)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def logged(public, tmp_path):
    file = tmp_path / "program.py"  # Lines of code of a traceback are read from it.
    file.write_text(CODE.replace("{public}", str(public)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, file], capture_output=True, text=True, env=environment).stderr


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    text = logged(True, tmp_path_factory.mktemp("public"))
    assert SECRET not in text
    return [json.loads(line) for line in text.splitlines()]


def test_in_public_mode_every_line_is_json_without_a_visitors_words(lines):
    assert lines[0]["event"] == "session_opened"
    assert lines[0]["sessions"] == 3
    assert all({"time", "level", "event"} <= set(line) for line in lines)


def test_what_the_program_says_itself_is_kept(lines):
    messages = [line.get("message") for line in lines]
    assert "A fixed message" in messages
    assert "A value: %s" in messages
    assert "(not shown)" in messages, "a value is part of the message"


def test_an_error_is_its_type_and_its_place(lines):
    failed = [line for line in lines if line["level"] == "error"]
    assert [line["error"] for line in failed] == ["ValueError"] * 4 + ["RuntimeError"] * 2
    assert [line["event"] for line in failed[-3:]] == ["page_failed", "thread_failed", "failed"]
    assert all("program.py:" in line["code"][-1] for line in failed)


def test_in_personal_mode_errors_are_shown_whole_and_sessions_are_not_reported(tmp_path):
    text = logged(False, tmp_path)
    assert f"ValueError: {SECRET}" in text
    assert "session_opened" not in text
    assert '"event": "page_failed"' in text
