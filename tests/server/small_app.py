"""A small app behind the middleware: it answers every address, takes uploads, and holds connections open."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect


async def small_app(scope, receive, send):
    if scope["type"] == "websocket":
        connection = WebSocket(scope, receive, send)
        await connection.accept()
        try:
            while True:
                await connection.send_bytes(await connection.receive_bytes())
        except WebSocketDisconnect:
            return
    else:
        body = await Request(scope, receive).body()
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)
