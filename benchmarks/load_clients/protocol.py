"""One browser tab of the app without a browser: Streamlit's websocket protocol, from its own protobuf messages.

As Streamlit's frontend does, a tab sends the values of all its controls with every rerun, the address it shows, and
the hashes of the large messages that it still has. It reruns only a fragment where a control belongs to one.
"""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from google.protobuf.message import Message
from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, ForwardMsgMetadata
from streamlit.proto.Navigation_pb2 import Navigation
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin, Subprotocol

from benchmarks.load_clients.message_cache import MessageCache
from benchmarks.load_clients.replies import Reply, Shown
from benchmarks.load_clients.widget_values import Value, default_value, first_value, put_value

_XSRF_COOKIE = "_streamlit_xsrf"
_NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"  # what the frontend sends where there is no cookie
_MOST_PROBLEM_CHARACTERS = 200


class Tab:
    """A browser tab: it is connected, and knows what the page shows and the values of its controls."""

    def __init__(self, socket: ClientConnection, watch: Callable[[bytes], None]) -> None:
        self._socket = socket
        self._watch = watch
        self._states: dict[str, Value] = {}
        self._shown: dict[str, Shown] = {}
        self._seen: set[str] = set()  # controls of the run that is going on
        self._triggers: set[str] = set()
        self._query: dict[str, list[str]] = {}
        self._cache = MessageCache()
        self._script = self._main_script = ""
        self._pages: dict[str, str] = {}
        self._run_fragments: list[str] = []
        self._finished = asyncio.Event()
        self._reply = Reply(0.0)
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def opened(cls, url: str, watch: Callable[[bytes], None]) -> Self:
        """Connect as a browser does that opens the app.

        Args:
            url: The address of the app, which ends in a slash.
            watch: Called with the bytes of every message that arrives.

        Raises:
            OSError: There is no server, or it refused the connection.
        """
        parts = urlsplit(url)
        cookie = await asyncio.to_thread(_xsrf_cookie, url)
        try:
            socket = await connect(
                f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{parts.path}_stcore/stream",
                origin=Origin(f"{parts.scheme}://{parts.netloc}"),
                subprotocols=[Subprotocol("streamlit"), Subprotocol(cookie or _NO_TOKEN)],
                additional_headers={"Cookie": f"{_XSRF_COOKIE}={cookie}"} if cookie else None,
                max_size=None,
                open_timeout=60,
                proxy=None,
            )
        except WebSocketException as refused:
            raise ConnectionError(f"The server refused the connection: {refused}") from refused
        return cls(socket, watch)

    async def close(self) -> None:
        """Close the tab."""
        self._reader.cancel()
        await asyncio.wait([self._reader])
        await self._socket.close()

    def find(self, kind: str, key: str) -> Shown:
        """Return a control or component of the page.

        Args:
            kind: Its kind, as Streamlit's protobuf names it.
            key: Its key in the app.

        Raises:
            LookupError: The page does not show it.
        """
        for name, shown in self._shown.items():
            if shown.kind == kind and name.endswith(f"-{key}"):
                return shown
        raise LookupError(f"The page must show a {kind} with the key {key}. It does not.")

    def value(self, shown: Shown) -> Any:
        """Return the value of a control that is `shown`; None for none."""
        state = self._states.get(shown.proto.id)
        return None if state is None else state.value

    def set_value(self, shown: Shown, field_name: str, value: Any) -> None:
        """Change the value of a control.

        Args:
            shown: The control.
            field_name: The field of Streamlit's `WidgetState` that carries it.
            value: The value.
        """
        self._states[shown.proto.id] = chosen = Value(field_name, value)
        if not (key := getattr(shown.proto, "query_param_key", "")):
            return
        if chosen == default_value(shown.kind, shown.proto):
            self._query.pop(key, None)
        else:
            self._query[key] = [str(each) for each in (value if isinstance(value, list) else [value])]

    def set_state(self, component: Shown, name: str, value: Any) -> None:
        """Set a state of a component, as its `setStateValue` does.

        Args:
            component: The component.
            name: The state.
            value: Anything that JSON can represent.
        """
        kept = json.loads(self.value(component) or "{}")
        self._states[component.proto.id] = Value("json_value", json.dumps({**kept, name: value}))

    def trigger(self, component: Shown, event: str, value: Any) -> None:
        """Set a value that counts for one rerun, as a component's `setTriggerValue` does.

        Args:
            component: The component.
            event: The event.
            value: Anything that JSON can represent.
        """
        name = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{component.proto.id}{EVENT_DELIM}events"
        self._states[name] = Value("json_trigger_value", json.dumps([{"event": event, "value": value}]))
        self._triggers.add(name)

    async def rerun(self, timeout: float, fragment: str = "") -> Reply:
        """Send all values, and wait until the script has finished.

        Args:
            timeout: Seconds to wait at most.
            fragment: The fragment to run; empty for the whole page.

        Raises:
            ConnectionError: The connection was lost.
            TimeoutError: The script did not finish in time.
        """
        return await self._send(timeout, self._states, self._script, fragment)

    async def open_page(self, timeout: float, address: str) -> Reply:
        """Open another page of the app, and wait until its script has finished.

        Args:
            timeout: Seconds to wait at most.
            address: The page's address.

        Raises:
            ConnectionError: The connection was lost.
            TimeoutError: The script did not finish in time.
        """
        bound = {getattr(shown.proto, "query_param_key", "") for shown in self._shown.values()}
        self._query = {key: value for key, value in self._query.items() if key in bound}
        kept = {name for name, shown in self._shown.items() if shown.script == self._main_script}
        states = {name: state for name, state in self._states.items() if name in kept}
        return await self._send(timeout, states, self._pages[address], "")

    async def _send(self, timeout: float, states: dict[str, Value], script: str, fragment: str) -> Reply:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = urlencode(self._query, doseq=True)
        rerun.page_script_hash = script
        rerun.fragment_id = fragment
        rerun.cached_message_hashes.extend(self._cache)
        context = rerun.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.color_scheme = "light"
        for name, state in states.items():
            put_value(rerun.widget_states.widgets.add(), name, state)
        for name in self._triggers:
            self._states.pop(name, None)
        self._triggers.clear()
        self._finished.clear()
        self._reply = reply = Reply(time.perf_counter())
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed as lost:
            raise ConnectionError(f"The connection was closed: {lost}") from lost
        async with asyncio.timeout(timeout):
            await self._finished.wait()
        if self._reader.done():
            raise ConnectionError(f"The connection was lost: {self._reader.exception()}")
        return reply

    async def _read(self) -> None:
        try:
            while True:
                frame = await self._socket.recv(decode=False)
                self._watch(frame)
                self._take(ForwardMsg.FromString(frame))
        finally:
            self._finished.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            if message.metadata.cacheable:
                self._cache.keep(message.hash, message.delta)
            self._take_delta(message.delta, message.metadata)
        elif kind == "ref_hash":
            self._take_delta(self._cache.use(message.ref_hash), message.metadata)
        elif kind == "new_session":
            self._begin_run(message.new_session, list(message.metadata.run.fragment_ids))
        elif kind == "page_info_changed":
            self._query = parse_qs(message.page_info_changed.query_string, keep_blank_values=True)
        elif kind == "navigation":
            self._take_pages(message.navigation)
        elif kind == "session_event" and message.session_event.HasField("script_compilation_exception"):
            self._note_problem(message.session_event.script_compilation_exception.message)
        elif kind == "script_finished":
            self._finish_run(message.script_finished)

    def _begin_run(self, message: NewSession, fragments: list[str]) -> None:
        self._script, self._main_script = message.page_script_hash, message.main_script_hash
        self._cache.most_runs = message.config.max_cached_message_age
        self._run_fragments = fragments
        self._seen = set()

    def _take_pages(self, message: Navigation) -> None:
        self._pages = {page.url_pathname: page.page_script_hash for page in message.app_pages}
        self._script = message.page_script_hash or self._script

    def _take_delta(self, delta: Delta, metadata: ForwardMsgMetadata) -> None:
        part: Message = delta.add_block if delta.WhichOneof("type") == "add_block" else delta.new_element
        kind = part.WhichOneof("type")
        if kind is None:
            return
        proto = getattr(part, kind)
        if kind == "exception":
            self._note_problem(f"{proto.type}: {proto.message}")
        elif kind == "alert" and proto.format == Alert.Format.ERROR:
            self._note_problem(proto.body)
        name = getattr(proto, "id", "")
        if not name:
            return
        shown = Shown(kind, proto, delta.fragment_id, metadata.active_script_hash, time.perf_counter())
        self._shown[name] = shown
        self._seen.add(name)
        if kind == "bidi_component":
            self._reply.components.append(shown)
            return
        is_set = kind == "popover" or getattr(proto, "set_value", False)
        if (is_set or name not in self._states) and (value := first_value(kind, proto)) is not None:
            if is_set:
                self.set_value(shown, value.field, value.value)
            else:
                self._states[name] = value

    def _note_problem(self, text: str) -> None:
        self._reply.problems.append(text[:_MOST_PROBLEM_CHARACTERS])

    def _finish_run(self, status: int) -> None:
        if status == ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN:
            return
        if status == ForwardMsg.ScriptFinishedStatus.FINISHED_WITH_COMPILE_ERROR:
            self._note_problem("The script did not compile.")
        if status == ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY:
            self._shown = {name: shown for name, shown in self._shown.items() if name in self._seen}
            self._states = {name: state for name, state in self._states.items() if name in self._seen}
        self._cache.count_run(self._run_fragments)
        self._finished.set()


def _xsrf_cookie(url: str) -> str:
    """Return the token that the server gives a browser before it connects; empty for none."""
    with urllib.request.urlopen(f"{url}_stcore/health", timeout=60) as answer:
        cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or ()))
    return cookies[_XSRF_COOKIE].value if _XSRF_COOKIE in cookies else ""
