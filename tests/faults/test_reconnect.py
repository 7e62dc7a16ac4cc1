"""The first run that a connection asks for is of the whole page, and later ones are as the tab asks for them."""

from streamlit.proto.BackMsg_pb2 import BackMsg

from longformer_viz.ui.faults.reconnect import WholePageFirst
from tests.event_loop import completed


def run_of(fragment: str) -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "window=64"
    message.rerun_script.fragment_id = fragment
    return message.SerializeToString()


def received(*frames: bytes) -> list[bytes]:
    """Return what the app receives of the frames of one connection."""
    waiting, arrived = list(frames), []

    async def app(scope, receive, send):
        for _ in frames:
            arrived.append((await receive())["bytes"])

    async def receive():
        return {"type": "websocket.receive", "bytes": waiting.pop(0)}

    async def send(message):
        raise AssertionError(message)

    completed(WholePageFirst(app)({"type": "websocket"}, receive, send))
    return arrived


def test_only_the_first_run_loses_its_fragment():
    stop = BackMsg(stop_script=True).SerializeToString()
    first, second = run_of("old"), run_of("new")
    assert received(stop, first, second) == [stop, run_of(""), second]
    assert received(run_of(""), second) == [run_of(""), second]


def test_what_is_no_message_is_left_to_streamlit():
    assert received(b"\xff\xff\xff", run_of("old")) == [b"\xff\xff\xff", run_of("")]
