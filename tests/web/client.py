"""A browser for tests, without a network: cookies kept, redirects shown, forms filled in from the page."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

HOST = "pages.test"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"}


@dataclass(slots=True)
class Answer:
    """What came back; `text` is the page as a reader sees it, with runs of white space as one."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> lxml_html.HtmlElement:
        return lxml_html.fromstring(self.html)

    @property
    def text(self) -> str:
        main = self.page.find_class("narrow") or self.page.xpath("//main") or [self.page]
        return re.sub(r"\s+", " ", main[0].text_content()).strip()

    @property
    def location(self) -> str:
        return self.headers["location"]

    def value(self, name: str) -> str:
        """The value of the form field `name`."""
        found = self.page.xpath(f"//form//*[@name={name!r}]")
        assert found, f"no field {name}"
        node = found[0]
        if node.tag == "textarea":
            return (node.text or "").removeprefix("\n")
        return str(node.get("value", ""))

    def fields(self, *, action: str) -> dict[str, str]:
        """Everything that the form posting to `action` would send, buttons aside."""
        form = next(form for form in self.page.forms if form.action == action)
        return {name: value for name, value in form.fields.items() if name and value is not None}


@dataclass(slots=True)
class Browser:
    app: FastAPI
    scheme: str = "http"
    headers: Mapping[str, str] = field(default_factory=lambda: dict(SAME_ORIGIN))
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._send("GET", path, headers={} if headers is None else headers)

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        headers = self.headers if headers is None else headers
        if not options:
            options = {"data": data or {"": ""}}
        elif data is not None:
            options["data"] = data
        return self._send("POST", path, headers=headers, **options)

    def _send(self, method: str, path: str, **options: Any) -> Answer:
        return asyncio.run(self._exchange(method, path, **options))

    async def _exchange(self, method: str, path: str, **options: Any) -> Answer:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url=f"{self.scheme}://{HOST}", cookies=self.cookies
        ) as client:
            response = await client.request(method, path, **options)
            self.cookies = client.cookies
        return Answer(response.status_code, response.headers, response.content)
