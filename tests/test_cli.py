"""The command line: results on standard output, progress on standard error, one sentence for a wrong value."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from longformer_viz import cli
from tests.hf.small_families import FAMILIES
from tests.models.test_families import tokenizer

ROOT = Path(__file__).parents[1]
LEASE = "The rent is 900 euros a month. The lease ends in 2031. Mara Quill signed it in Tarn."


def command(*words: str, text: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "longformer_viz", *words], cwd=ROOT, input=text, capture_output=True, text=True
    )


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the command line in this process, which has loaded torch and the models already."""

    def call(*words: str, text: str = "") -> subprocess.CompletedProcess:
        monkeypatch.setattr(sys, "argv", ["longformer-viz", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        return subprocess.CompletedProcess(words, code, *capsys.readouterr())

    return call


@pytest.mark.parametrize(
    "name", ["app", "trace", "answer", "classify", "check", "lesson", "measure", "train", "models"]
)
def test_help_of_every_command_says_what_it_does(name):
    done = command(name, "--help")
    assert done.returncode == 0
    assert f"Usage: python -m longformer_viz {name}" in done.stdout
    assert not done.stderr


def test_help_does_not_load_torch():
    program = "import sys, longformer_viz.cli; sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(("given", "kept"), [({}, "passive"), ({"OMP_WAIT_POLICY": "active"}, "active")])
def test_waiting_threads_sleep_before_torch_is_loaded_unless_set_otherwise(given, kept):
    program = """
import os, sys
class Watch:
    def find_spec(self, name, *_):
        if name == "torch":
            sys.exit(os.environ.get("OMP_WAIT_POLICY", "not set"))
sys.meta_path.insert(0, Watch())
sys.argv = ["longformer-viz", "trace", "-"]
from longformer_viz.cli import main
main()
"""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | given
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stderr.strip() == kept


def test_the_apps_start_loads_no_model_code():
    """Torch reads how its threads wait when it is loaded, so the app says it before."""
    program = (
        "import os, sys, longformer_viz.ui.navigation; "
        "assert os.environ['OMP_WAIT_POLICY'] == 'passive'; "
        "print(*sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not done.stdout.strip()


def test_answer_prints_json_alone_on_standard_output():
    done = command("answer", "-", "When does the lease end?", "--json", text=LEASE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "2031" in found["answers"][0]["text"]
    best = found["answers"][0]
    assert LEASE[best["start"] : best["end"]] == best["text"]
    assert "Loading" in done.stderr


def test_trace_lists_weights_and_saves_a_head(called, tmp_path):
    document = tmp_path / "lease.txt"
    document.write_text(LEASE)
    saved = tmp_path / "head.npz"
    done = called("trace", str(document), "--window", "8", "--top", "3", "--npz", str(saved), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["largest_weights"]) == 3
    weights = [row["weight"] for row in found["largest_weights"]]
    assert weights == sorted(weights, reverse=True)
    assert saved.stat().st_size > 0


def test_classify_takes_labels_of_the_readers_own(called):
    done = called("classify", "-", "--labels", "lease contract, recipe", text=LEASE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith("lease contract")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trace", "-", "--window", "7"], "Window must be an even number from 2 to 131,072. You entered 7. Try 8."),
        (["trace", "-", "--globals", "first"], "You entered 'first'"),
        (["trace", "absent.txt"], "absent.txt: No such file or directory"),
        (["answer", "-", "?"], "A question must contain a word. You entered '?'"),
        (["measure", "--methods", "fusd"], "You entered 'fusd'"),
        (["measure", "--lengths", "many"], "You entered 'many'"),
        (["app", "--port", "0"], "Invalid value for '--port'"),
        (["open"], "No such command 'open'"),
    ],
)
def test_a_wrong_value_is_one_sentence_and_exit_code_2(called, words, said):
    done = called(*words, text=LEASE)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_busy_port_is_named_and_the_next_free_one_offered():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command("app", "--port", str(port), "--no-browser")
    assert done.returncode == 2
    assert f"port {port} is in use. Try --port " in done.stderr


def test_without_streamlit_the_library_works_and_the_app_says_what_to_install():
    block = "import sys; sys.modules['streamlit'] = None; "
    library = block + "from longformer_viz import AttentionSpec, load, run; import longformer_viz.figures.attention"
    assert subprocess.run([sys.executable, "-c", library], cwd=ROOT).returncode == 0
    app = block + "sys.argv = ['longformer-viz', 'app']; from longformer_viz.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", app], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'longformer-viz[app]'" in done.stderr


def test_check_prints_a_table_of_what_each_layer_sees(called, tmp_path):
    FAMILIES["mistral"].make().save_pretrained(tmp_path)
    tokenizer(wrapped=False).save_pretrained(tmp_path)
    for backend in ("ours", "eager"):
        done = called("check", str(tmp_path), "--backend", backend)
        assert done.returncode == 0, done.stderr
        assert "layer 3     23 before, 0 after" in done.stdout
    found = json.loads(called("check", str(tmp_path), "--json").stdout)
    assert found["passed"]
    assert [row["name"] for row in found["rows"]][-2:] == ["all layers", "padding"]


def test_lesson_saves_worksheet_solutions_and_plan(called, tmp_path):
    files = [tmp_path / f"{name}.html" for name in ("worksheet", "solutions", "plan")]
    words = [word for file in files for word in (f"--{file.stem}", str(file))]
    done = called("lesson", *words, "--seed", "12", "--minutes", "90")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["Saved"] * 3
    assert all(file.read_text("utf-8").startswith("<!doctype html>") for file in files)
    assert "Worksheet 12." in files[0].read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "at least one file"),
        (("--plan", "plan.html", "--minutes", "60"), "45 or 90 minutes. You entered 60"),
        (("--worksheet", "sheet.html", "--seed", "-1"), "Seed must be"),
        (("--worksheet", "no/such/folder/sheet.html"), "must be writable"),
    ],
)
def test_lesson_refuses_what_it_cannot_save(called, words, said):
    done = called("lesson", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
