"""Bodies are unlimited by default: this bounds them while they come in, before anything is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Raises 413 inside the application, where it leaves in the shape of every other error."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = dict(scope.get("headers", ())).get(b"content-length", b"0")
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            if announced.isdigit() and int(announced) > self._largest:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._largest:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
