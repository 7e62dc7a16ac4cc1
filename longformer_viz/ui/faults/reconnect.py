"""A tab that connects again, after a restart of the server or a long sleep, runs its page as a whole first.

The tab knows the fragments of its earlier session, and Streamlit ignores a request to run one that the new session
does not have: the tab would look alive and answer to nothing.
"""

from typing import Any

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg


class WholePageFirst:
    """Middleware that makes the first run that a connection asks for one of the whole page.

    Args:
        app: The app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Args:
            scope: As ASGI has it.
            receive: As ASGI has it.
            send: As ASGI has it.
        """
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        has_run = False

        async def received() -> Message:
            nonlocal has_run
            message = await receive()
            if not has_run and (data := message.get("bytes")):
                has_run, data = _as_whole_page(data)
                message = {**message, "bytes": data}
            return message

        await self._app(scope, received, send)


def _as_whole_page(data: bytes) -> tuple[bool, bytes]:
    """Return whether a browser's message asks for a run, and the message without a fragment."""
    request: Any = BackMsg()
    try:
        request.ParseFromString(data)
    except DecodeError:  # Streamlit refuses it.
        return False, data
    if request.WhichOneof("type") != "rerun_script":
        return False, data
    if not request.rerun_script.fragment_id:
        return True, data
    request.rerun_script.ClearField("fragment_id")
    return True, request.SerializeToString()
