"""The API as it is served, inside the whole program: nothing around it changes its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.conftest import ROUND, error_of

if TYPE_CHECKING:
    from tests.api.conftest import ApiSite


def test_a_program_files_without_a_page_an_origin_or_a_cookie(whole_site: ApiSite) -> None:
    receipt = whole_site.file("a", 1, "甲县进展。")
    assert receipt["filed"][0]["version"] == 1
    with whole_site.client("office") as client:
        assert client.get(ROUND).json()["filed"] == 1
        assert error_of(client.get("/nothing"), 404)["code"] == "not_found"
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/api/v1"}]
        page = client.get("/docs")
        assert page.headers.get_list("Content-Security-Policy", split_commas=False) == [
            page.headers["Content-Security-Policy"]
        ]
    with whole_site.client(None) as client:
        answer = client.get("/rounds")
        assert error_of(answer, 401)["code"] == "invalid_token"
        assert answer.headers.get_list("Cache-Control") == ["no-store"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
