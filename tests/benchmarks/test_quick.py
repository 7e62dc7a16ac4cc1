"""Every benchmark runs from end to end at tiny sizes and agrees with transformers; its times are not looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ("attention", "model", "training", "families")
ATTENTION_KEYS = {
    "level",
    "length",
    "window",
    "dilation",
    "globals",
    "dtype",
    "ours_seconds",
    "huggingface_seconds",
    "ratio",
    "bare_seconds",
    "over_limit",
    "over_limit_with_globals",
    "over_cached",
    "full_attention_seconds",
    "local_attention_seconds",
    "flex_attention_seconds",
    "ours_peak_bytes",
    "huggingface_peak_bytes",
    "max_abs_difference",
    "notes",
}
BFLOAT16_DIFFERENCE = 0.1  # 8 bits on values up to about 5


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[str]]:
    """The lines that each benchmark prints, all run at once with one thread each."""
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--json"],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in NAMES
    }
    try:
        printed = {name: process.communicate()[0] for name, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
    failed = [name for name, process in running.items() if process.returncode]
    assert not failed, f"{failed} ended with an error, see stderr"
    return {name: text.splitlines() for name, text in printed.items()}


def result(outputs: dict[str, list[str]], name: str) -> dict:
    """The object on the last line."""
    found = json.loads(outputs[name][-1])
    assert found["benchmark"] == name
    assert found["machine"]["processor"]
    assert found["GPU"]
    return found


def check_difference(row: dict) -> None:
    limit = 1e-4 if row["dtype"] == "float32" else BFLOAT16_DIFFERENCE
    assert row["max_abs_difference"] < limit, row


def test_attention_has_every_case_and_key(outputs):
    cases = result(outputs, "attention")["cases"]
    for row in cases:
        assert row.keys() >= ATTENTION_KEYS
        assert row["ours_seconds"] > 0
        assert 0 < row["over_limit"] <= row["over_cached"]
        assert (row["ratio"] is None) == (row["huggingface_seconds"] is None) == (row["dilation"] > 1)
        assert all(value < 1e-4 or row["dtype"] != "float32" for value in row["max_abs_differences"].values())
        check_difference(row)
    assert {(row["level"], row["dtype"]) for row in cases} == {
        ("core", "float32"),
        ("module", "float32"),
        ("module", "bfloat16"),
    }
    assert any(row["local_attention_seconds"] for row in cases)
    assert any(row["full_attention_seconds"] for row in cases)
    if sys.platform == "linux":  # where there is a meter
        assert cases[0]["ours_peak_bytes"] > 0


def test_what_is_not_measured_has_its_reason(outputs):
    for row in result(outputs, "attention")["cases"]:
        notes = " ".join(row["notes"])
        for key, word in (
            ("huggingface_seconds", "Hugging Face"),
            ("full_attention_seconds", "full attention"),
            ("local_attention_seconds", "local-attention"),
            ("flex_attention_seconds", "FlexAttention"),
            ("ours_peak_bytes", "peaks"),
            ("huggingface_peak_bytes", "peaks"),
        ):
            assert row[key] is not None or word in notes, (key, row)


def test_model_compares_whole_models(outputs):
    cases = result(outputs, "model")["cases"]
    base = [row for row in cases if row["model"] == "longformer-base"]
    embedded = [row for row in cases if row["model"] == "embedded"]
    assert len(base) + len(embedded) == len(cases)
    for row in base[:-1]:
        assert row["ratio"] > 0
        check_difference(row)
    assert {"float32", "bfloat16"} == {row["dtype"] for row in base}
    assert base[-1]["times_4096"] > 0
    for row in embedded:
        assert row.keys() >= {"over_limit", "over_cached", "bare_seconds", "run_seconds", "head_change_seconds"}
        check_difference(row)
    assert {"peak_bytes", "process_peak_bytes"} <= embedded[-1].keys()
    if sys.platform == "linux":
        assert embedded[-1]["process_peak_bytes"] > embedded[-1]["peak_bytes"] > 0


def test_training_compares_a_step(outputs):
    row = result(outputs, "training")
    assert row["ratio"] == row["huggingface_seconds"] / row["ours_seconds"]
    assert row["max_abs_gradient_difference"] < 1e-4 * row["max_abs_gradient"]
    check_difference(row)
    if sys.platform == "linux":
        assert row["ours_peak_bytes"] > 0
    assert row.keys() >= {"memory_ratio", "huggingface_peak_bytes"}


def test_families_compares_with_sdpa(outputs):
    cases = result(outputs, "families")["cases"]
    assert [case["family"] for case in cases] == ["modernbert", "gemma3_text"]
    for case in cases:
        assert case["ratio"] == case["sdpa_seconds"] / case["ours_seconds"]
        assert case["ratio_bound"] > 0
        assert case["max_abs_difference"] < 1e-5
        assert case.keys() >= {"tokens", "ours_peak_bytes", "sdpa_peak_bytes"}


def test_the_table_comes_before_the_result(outputs):
    for lines in outputs.values():
        assert "PyTorch" in lines[0]
        assert any("ours" in line and ("HF" in line or "SDPA" in line) for line in lines)
        assert lines[-2].startswith("GPU: ")
