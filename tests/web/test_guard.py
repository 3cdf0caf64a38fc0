"""What stands in front of the pages: origins, redirects, sizes, headers, faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.client import HOST, Browser
from tests.web.conftest import FILING
from tracker.app import create_app
from tracker.web.home import home_lists

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.web.conftest import Pages
    from tracker.config import Settings

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": f"ftp://{HOST}"},
        {"Origin": f"http://{HOST}.evil.test"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
    ids=str,
)
def test_a_post_that_another_site_may_have_caused_is_refused(pages: Pages, headers: dict[str, str]) -> None:
    browser = pages.as_("统筹")
    answer = browser.post("/rounds/example/2024Q3/chasing", {"is_chasing": "0"}, headers=headers)
    assert answer.status == 403
    assert "请求来源不是本站页面" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{HOST}"},
        {"Origin": "http://127.0.0.1:8000"},
    ],
    ids=str,
)
def test_a_post_from_our_own_pages_is_taken(pages: Pages, headers: dict[str, str]) -> None:
    browser = pages.as_("统筹")
    assert browser.post("/rounds/example/2024Q3/chasing", {"is_chasing": "0"}, headers=headers).status == 303


def test_a_browser_that_says_nothing_of_origins_needs_the_forms_token(pages: Pages) -> None:
    browser = pages.as_("统筹")
    form = browser.get("/rounds/example/2024Q3").fields(action="/rounds/example/2024Q3/chasing")
    assert browser.post("/rounds/example/2024Q3/chasing", form, headers={}).status == 303
    forged = form | {"form_token": "0" * 64}
    assert browser.post("/rounds/example/2024Q3/chasing", forged, headers={}).status == 403
    other = pages.as_("统筹")
    other.get("/")
    assert other.post("/rounds/example/2024Q3/chasing", form, headers={}).status == 403


def test_a_forms_token_is_another_in_every_page(pages: Pages) -> None:
    """A compressed page must not tell by its length what its token begins with."""
    browser = pages.as_("统筹")
    first, second = (
        browser.get("/rounds/example/2024Q3").fields(action="/rounds/example/2024Q3/chasing") for _ in "12"
    )
    assert first["form_token"] != second["form_token"]
    for form in (first, second):
        assert browser.post("/rounds/example/2024Q3/chasing", form, headers={}).status == 303


def test_a_page_is_compressed_for_browsers_that_take_it(pages: Pages) -> None:
    browser = pages.as_("统筹")
    packed = browser.get("/rounds/example/2024Q3", {"Accept-Encoding": "gzip"})
    plain = browser.get("/rounds/example/2024Q3", {"Accept-Encoding": "identity"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert packed.text == plain.text


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_only_forms_are_taken(pages: Pages, media_type: str) -> None:
    browser = pages.as_("统筹")
    headers = {"Content-Type": media_type, "Sec-Fetch-Site": "same-origin"}
    answer = browser.post("/rounds/example/2024Q3/chasing", headers=headers, content=b'{"is_chasing": "0"}')
    assert answer.status == 403


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "http://evil.test/",
        "\\\\evil",
        "/\t/evil",
        "/%0a\n/x",
        "",
    ],
)
def test_next_leads_only_to_this_site(pages: Pages, wanted: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    browser = pages.as_("甲县")
    assert browser.get(f"/login?next={quote(wanted)}").location == "/"
    assert browser.get(f"/language/en?next={quote(wanted)}").location == "/"
    assert browser.get(f"/login?next={quote(FILING)}").location == FILING


def test_a_body_over_the_limit_is_refused_before_it_is_read(pages: Pages) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(300):
            read += 2**20
            yield b"x" * 2**20

    browser = pages.as_("统筹")
    own = {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
    announced = browser.post(
        "/contacts/import", headers=own | {"Content-Length": str(300 * 2**20)}, content=endless()
    )
    assert announced.status == 413
    assert "超过 20 MB" in announced.text
    assert read <= 2**20
    read = 0
    counted = browser.post("/contacts/import", headers=own, content=endless())
    assert counted.status == 413
    assert read <= 22 * 2**20
    assert browser.post("/contacts/import", headers=own | {"Content-Length": "x"}, content=b"").status == 413


def test_the_api_is_under_the_same_limit(pages: Pages) -> None:
    answer = pages.browser().post(
        "/api/v1/rounds", headers={"Content-Length": str(300 * 2**20)}, content=b"x"
    )
    assert answer.status == 413


def test_pages_carry_the_headers_that_keep_them_shut(pages: Pages) -> None:
    for answer in (
        pages.browser().get("/login"),
        pages.as_("统筹").get("/"),
        pages.browser().get("/nowhere"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_style_and_script_are_kept_for_a_year_under_the_name_of_their_content(pages: Pages) -> None:
    browser = pages.browser()
    page = browser.get("/login").page
    paths = [*page.xpath("//link/@href"), *page.xpath("//script/@src")]
    assert len(paths) == 3
    for path in paths:
        answer = browser.get(path)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert browser.get("/static/style.000000000000.css").status == 404
    assert browser.get("/static/..%2Fguard.py").status == 404


@pytest.mark.parametrize("path", ["/rounds/a%00b/2024Q3", f"{FILING}?unit=%00", "/mails?state=%00"])
def test_nul_in_an_address_is_a_page_that_does_not_exist(pages_on_each: Pages, path: str) -> None:
    pages = pages_on_each
    assert pages.as_("统筹").get(path).status == 404


def test_a_fault_shows_an_id_and_nothing_else(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home_lists, "all_lists", fail)
    browser = pages.as_("统筹")
    answer = browser.get("/")
    assert answer.status == 500
    assert "secret detail" not in answer.html
    assert "Traceback" not in answer.html
    fault_id = answer.page.xpath("string(//main//strong)")
    logged = capsys.readouterr().out
    assert fault_id in logged
    assert "secret detail" in logged
    assert browser.cookies["duban"] not in logged


def test_over_https_cookies_are_bound_to_the_host(pages: Pages, settings: Settings) -> None:
    site = settings.site.model_copy(update={"base_url": f"https://{HOST}"})
    secure = settings.model_copy(update={"site": site})
    app = create_app(secure, database=pages.database, now=lambda: pages.now, run_jobs=False)
    browser = Browser(app, scheme="https", headers={"Origin": f"https://{HOST}"})
    cookie = browser.get("/login").headers["set-cookie"]
    assert cookie.startswith("__Host-duban_form=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    browser.cookies.set("duban", pages.session_of("统筹"))
    assert browser.get("/").location == "/login"
    browser.cookies.set("__Host-duban", pages.session_of("统筹"), domain=HOST)
    assert browser.get("/").status == 200


def test_unknown_methods_and_addresses_are_answered_in_words(pages: Pages) -> None:
    browser = pages.as_("统筹")
    assert "这个页面不存在" in browser.get("/nowhere").text
    assert "请从页面上的按钮" in browser.post("/mails").text
    assert "尚未开启" in browser.get("/rounds/example/2024Q4").text
    assert "您是不是要找：example" in browser.get("/rounds/exampel/2024Q3").text
