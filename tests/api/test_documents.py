"""The OpenAPI document and the page that shows it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from fastapi.routing import APIRoute, iter_route_contexts

from tracker.api import create_api

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings

_ROUTES = {
    ("get", "/lists"),
    ("get", "/rounds"),
    ("get", "/rounds/{list}/{period}"),
    ("get", "/rounds/{list}/{period}/report"),
    ("get", "/rounds/{list}/{period}/report.csv"),
    ("get", "/rounds/{list}/{period}/report/entries"),
    ("get", "/rounds/{list}/{period}/rankings"),
    ("get", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/conduct"),
    ("post", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/appeals"),
    ("post", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/excuses"),
    ("post", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/finding"),
    ("delete", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/finding"),
    ("get", "/lists/{list}/appeals"),
    ("post", "/appeals/{number}/decision"),
    ("get", "/circulars"),
    ("get", "/circulars/{circular_id}"),
    ("get", "/circulars/{circular_id}/files/{form}"),
    ("get", "/search"),
    ("get", "/rounds/{list}/{period}/gathering"),
    ("get", "/rounds/{list}/{period}/units/{unit}/obligations"),
    ("put", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/draft"),
    ("post", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/submission"),
    ("post", "/rounds/{list}/{period}/units/{unit}/obligations/{task}/review"),
    ("post", "/rounds/{list}/{period}/units/{unit}/submissions"),
}


class _Page(HTMLParser):
    """The addresses that a page loads, and the scripts that stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]
        self.inline += [
            f"{name}={value}" for name, value in attrs if name.startswith("on") or name == "style"
        ]
        self._in_script = tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._in_script = False


def test_the_openapi_document_lists_every_route(
    site: ApiSite, clients: dict[str, httpx.Client], settings: Settings
) -> None:
    document = clients["nobody"].get("/openapi.json").json()
    listed = {(method, path) for path, entry in document["paths"].items() for method in entry}
    assert listed == _ROUTES
    api = create_api(settings, site.database, lambda: site.now)
    served = {
        (method.lower(), context.path or "")
        for context in iter_route_contexts(api.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
    }
    assert served == _ROUTES | {("get", "/docs"), ("get", "/docs/{name}")}
    assert document["servers"] == [{"url": "/api/v1"}]


def test_every_operation_needs_a_key_and_names_its_refusals(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    document = clients["nobody"].get("/openapi.json").json()
    for path, entry in document["paths"].items():
        for operation in entry.values():
            assert operation["security"] == [{"HTTPBearer": []}], path
            assert operation["summary"]
            assert {"200", "401", "403", "404", "409", "422"} <= set(operation["responses"])
            refused = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/ErrorAnswer"}


def test_the_page_loads_nothing_from_another_host(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    answer = clients["nobody"].get("/docs")
    assert answer.status_code == 200
    page = _Page()
    page.feed(answer.text)
    assert page.inline == []
    assert len(page.addresses) == 5
    here = f"{site.base_url}/api/v1/docs"
    for address in page.addresses:
        if address == "data:,":
            continue
        target = urljoin(here, address)
        assert urlsplit(target).netloc == urlsplit(site.base_url).netloc
        assert clients["nobody"].get(target).status_code == 200, address
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy


def test_the_style_sheet_and_the_script_of_the_page_stay_here(
    site: ApiSite,  # noqa: ARG001 - serves
    clients: dict[str, httpx.Client],
) -> None:
    sheet = clients["nobody"].get("/docs/swagger-ui.css").text
    loaded = re.findall(r"url\(\s*[\"']?([^)\"']*)", sheet) + re.findall(r"@import\s+(\S+)", sheet)
    assert all(address.startswith(("data:", "#")) for address in loaded)
    script = clients["nobody"].get("/docs/docs.js").text
    assert "validatorUrl: null" in script
    assert "//" not in "".join(line for line in script.splitlines() if not line.startswith("//"))
