"""A public server and a websocket client that sends what no control of its pages offers."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.load_clients.protocol import Tab
from longformer_viz.models.embedded import NAME as BUILT_IN
from tests.event_loop import completed

ROOT = Path(__file__).parents[2]
WAIT = 120.0
# Notes every file and host that the server opens or asks for and whose name has one of the words.
NOTES = """
import os, sys
log = os.open(os.environ["TOUCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
words = ("forbidden", "huggingface.co", "passwd")
def note(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "socket.getaddrinfo", "import"):
        if any(word in str(arguments[0]) for word in words):
            os.write(log, f"{event} {arguments[0]}\\n".encode())
sys.addaudithook(note)
"""
STARTS = {
    "longformer-viz app": ("longformer_viz", "app", "--public", "--no-browser", "--port={}"),
    "streamlit run": ("streamlit", "run", "app.py", "--server.headless=true", "--server.port={}"),
}


class PublicServer:
    """A public server, as an operator starts it."""

    def __init__(self, folder: Path, command: tuple[str, ...]):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.runs, self.log, self.forbidden = folder / "runs", folder / "touched", folder / "forbidden"
        self.forbidden.mkdir()
        (self.forbidden / "config.json").write_text('{"model_type": "longformer"}', encoding="utf-8")
        (folder / "sitecustomize.py").write_text(NOTES, encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"} | {
            "LONGFORMER_VIZ_MODE": "public",
            "LONGFORMER_VIZ_RUNS": str(self.runs),
            "PYTHONPATH": str(folder),
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "TOUCHED": str(self.log),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(self.port) for part in command)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "errors").open("wb"),
        )
        self.errors = folder / "errors"
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "_stcore/health", timeout=2).read()
                return
            except OSError:
                assert self.process.poll() is None, self.errors.read_text()
                time.sleep(0.25)
        raise AssertionError("the server did not answer")

    def touched(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def children(self) -> int:
        return len(psutil.Process(self.process.pid).children(recursive=True))


@pytest.fixture(scope="module", params=STARTS.values(), ids=STARTS)
def server(request, tmp_path_factory):
    running = PublicServer(tmp_path_factory.mktemp("public"), request.param)
    yield running
    running.process.terminate()
    running.process.wait(30)


def visit(server, script, page="map", **address):
    """Open the app at an address, and run a script with the tab and what the first run brought."""

    async def all_of_it():
        tab = await Tab.opened(server.url, lambda frame: None)
        try:
            tab._query = {"document": ["Library notice"]}
            if page != "map":
                await tab.rerun(WAIT)
                tab._script = tab._pages[page]
                tab._states.clear()
            tab._query |= {name: [value] for name, value in address.items()}
            await script(tab, await tab.rerun(WAIT))
        finally:
            with suppress(ConnectionClosed):
                await tab.close()

    completed(all_of_it())
    assert server.process.poll() is None
    assert not server.touched()


def told(reply) -> str:
    return " ".join(reply.problems).replace("\\", "")


def shows_map(reply) -> bool:
    return any(shown.proto.component_name.endswith("attention_map") for shown in reply.components)


def press(tab, shown):
    """Press a button, a disabled one too."""
    tab.set_value(shown, "trigger_value", True)
    tab._triggers.add(shown.proto.id)


def forged(tab, key, field, value):
    """A value of a control that the page does not show."""
    from benchmarks.load_clients.widget_values import Value

    tab._states[f"$$ID-{'0' * 32}-{key}"] = Value(field, value)


def chosen(tab, key) -> str:
    """What a select box shows, as the server says it."""
    proto = tab.find("selectbox", key).proto
    return proto.raw_value if proto.set_value else proto.options[proto.default]


@pytest.mark.parametrize("name", ["/etc/passwd", "FORBIDDEN", "bert-base-uncased", "run:contracts", "~"])
def test_a_model_in_the_address_is_refused(server, name):
    name = str(server.forbidden) if name == "FORBIDDEN" else name

    async def script(tab, first):
        assert "This server offers" in told(first)
        assert tab.find("selectbox", "model").proto.options[0] == BUILT_IN
        assert shows_map(first), "the built-in model runs instead"

    visit(server, script, model=name)


@pytest.mark.parametrize("name", ["/etc/passwd", "FORBIDDEN", "bert-base-uncased", "run:contracts", "", "x" * 10**6])
def test_a_model_that_the_control_does_not_offer_is_not_taken(server, name):
    name = str(server.forbidden) if name == "FORBIDDEN" else name

    async def script(tab, first):
        assert not first.problems
        tab.set_value(tab.find("selectbox", "model"), "string_value", name)
        forged(tab, "model", "string_value", name)
        forged(tab, "model_source", "string_value", "From a folder or file")
        reply = await tab.rerun(WAIT)
        assert not reply.problems
        assert chosen(tab, "model") == BUILT_IN
        assert shows_map(reply)

    visit(server, script)


def test_a_model_of_a_pinned_run_is_refused_in_the_middle_of_a_session(server):
    async def script(tab, first):
        assert not first.problems
        tab._query |= {"pins": [f"64.1.0.m-{str(server.forbidden).replace('/', '%2F')}"], "maps": ["side_1"]}
        assert "This server offers only these models" in told(await tab.rerun(WAIT))

    visit(server, script)


@pytest.mark.parametrize(
    ("key", "value"),
    [("document", "/etc/passwd"), ("device", "cuda:0"), ("dtype", "int8"), ("globals", "All"), ("device", "")],
)
def test_an_option_that_a_control_does_not_have_is_not_taken(server, key, value):
    async def script(tab, first):
        assert not first.problems
        before = tab.find("selectbox", key).proto.options
        tab.set_value(tab.find("selectbox", key), "string_value", value)
        assert not (await tab.rerun(WAIT)).problems
        assert chosen(tab, key) in before

    visit(server, script)


@pytest.mark.parametrize("start", [-1e9, 1e9])
def test_a_part_beyond_the_ends_of_the_document_is_not_taken(server, start):
    async def script(tab, first):
        assert not first.problems
        tab.set_value(tab.find("slider", "part"), "double_array_value", [start])
        reply = await tab.rerun(WAIT)
        assert not reply.problems
        assert shows_map(reply)

    visit(server, script, document="News dossier")


def test_a_text_that_is_too_long_is_refused(server):
    async def script(tab, first):
        tab.set_value(tab.find("text_area", "pasted"), "string_value", "word " * 40_001)
        reply = await tab.rerun(WAIT)
        assert "at most 200,000 characters. This one has 200,005." in told(reply)
        assert tab.value(tab.find("text_area", "pasted")) == "word " * 40_001

    visit(server, script)


@pytest.mark.parametrize(
    ("kept", "said"), [("word " * 40_001, "at most 200,000"), ({"a": 1}, ""), (5, ""), (None, "")]
)
def test_a_text_that_the_browser_claims_to_have_kept_is_checked(server, kept, said):
    async def script(tab, first):
        tab.set_state(tab.find("bidi_component", "tab_memory"), "kept", kept)
        reply = await tab.rerun(WAIT)
        assert said in told(reply)
        assert bool(said) == bool(reply.problems)

    visit(server, script, document="Your text")


def test_a_message_that_is_too_large_ends_the_connection(server):
    async def script(tab, first):
        tab.set_value(tab.find("text_area", "pasted"), "string_value", "word " * 4_000_000)
        with pytest.raises(ConnectionError):
            await tab.rerun(WAIT)

    visit(server, script)


def test_the_control_of_uploads_has_the_servers_limit(server):
    async def script(tab, first):
        assert tab.find("file_uploader", "upload").proto.max_upload_size_mb == 5

    visit(server, script)


def test_training_is_refused_and_starts_nothing(server):
    async def script(tab, first):
        before = server.children()
        reply = await tab.open_page(WAIT, "train")
        assert "This server offers no training." in told(reply)
        for key in ("start_training", "continue_run", "delete_run", "hub_push", "export_model"):
            with pytest.raises(LookupError):
                tab.find("button", key)
            forged(tab, key, "trigger_value", True)
        forged(tab, "train_base_name", "string_value", str(server.forbidden))
        assert "This server offers no training." in told(await tab.rerun(WAIT))
        assert not server.runs.exists()
        assert server.children() == before

    visit(server, script)


async def starts_nothing(tab, server, children):
    """Neither a measurement that can be cancelled, nor a process."""
    await tab.rerun(WAIT)
    with pytest.raises(LookupError):
        tab.find("button", "cancel_sweep")
    assert server.children() <= children  # An earlier one may have ended meanwhile.


def test_a_measurement_within_the_limit_starts_and_is_cancelled(server):
    async def script(tab, first):
        press(tab, tab.find("button", "measure"))
        await tab.rerun(WAIT)
        press(tab, tab.find("button", "cancel_sweep"))
        await tab.rerun(WAIT)

    visit(server, script, "curves", lengths="64", methods="Longformer 256", level="layer")


def test_a_measurement_beyond_the_limit_starts_nothing(server):
    async def script(tab, first):
        before = server.children()
        assert not first.problems
        tab.set_value(tab.find("text_input", "lengths"), "string_value", "65536")
        tab.set_value(tab.find("number_input", "point_seconds"), "double_value", 1e9)
        reply = await tab.rerun(WAIT)
        assert not reply.problems
        assert tab.find("button", "measure").proto.disabled
        press(tab, tab.find("button", "measure"))
        assert not (await tab.rerun(WAIT)).problems
        await starts_nothing(tab, server, before)

    visit(server, script, "curves")


def test_a_setup_beyond_the_limit_is_not_measured(server):
    async def script(tab, first):
        before = server.children()
        assert not first.problems
        found = tab.find("button", "measure_fit")
        assert found.proto.disabled
        press(tab, found)
        assert not (await tab.rerun(WAIT)).problems
        await starts_nothing(tab, server, before)

    visit(server, script, "curves", curves="Will it fit?", fit_memory="this server", fit_length="65536")


def test_a_fault_shows_a_visitor_no_details(server):
    """Streamlit fails at a component's state that is no JSON; what is shown then tells nothing of the server."""

    async def script(tab, first):
        tab.set_value(tab.find("bidi_component", "presenter"), "json_value", "no JSON")
        reply = await tab.rerun(WAIT)
        assert "The original error message is redacted" in told(reply)
        assert "Traceback" not in told(reply)
        assert "longformer_viz" not in told(reply)

    visit(server, script)
