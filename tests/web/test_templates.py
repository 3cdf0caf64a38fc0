"""Every template loads, says nothing outside the catalogs' reach, and decides nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, meta

from tracker.i18n import LANGUAGES
from tracker.resources import bundled
from tracker.web.site import build_site

if TYPE_CHECKING:
    from tests.web.conftest import Pages
    from tracker.config import Settings
    from tracker.db import Database

ROOT = bundled("templates")
NAMES = sorted(
    str(file.relative_to(ROOT))
    for pattern in ("layout.html", "macros/*.html", "pages/**/*.html")
    for file in ROOT.glob(pattern)
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_TRANSLATED = re.compile(
    r"""\{%-?\s*trans\b.*?endtrans\s*-?%\}|_\((?:"[^"]*"|'[^']*')\)|\{\#.*?\#\}""", re.DOTALL
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_loads(settings: Settings, sqlite_database: Database, name: str, language: str) -> None:
    site = build_site(settings, sqlite_database, lambda: None)  # type: ignore[arg-type, return-value]
    assert site.environments[language].get_template(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_every_word_goes_through_the_catalogs(name: str) -> None:
    rest = _TRANSLATED.sub("", (ROOT / name).read_text("utf-8"))
    assert not _CHINESE.search(rest), _CHINESE.findall(rest)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_marked_safe_and_no_script_or_style_stands_in_the_page(name: str) -> None:
    source = (ROOT / name).read_text("utf-8")
    assert not re.search(r"\|\s*safe|autoescape|Markup", source)
    assert not re.search(r"\son[a-z]+=\"|style=|<style|<script>|javascript:", source)
    assert not re.search(r"(?:src|href)=\"https?:", source)


def test_every_template_is_used(pages: Pages) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    used = {"pages/" + name for name in _named_in_code()}
    for name in NAMES:
        source = (ROOT / name).read_text("utf-8")
        used |= {found for found in meta.find_referenced_templates(environment.parse(source)) if found}
    assert set(NAMES) == used
    assert pages.app.state.site


def _named_in_code() -> set[str]:
    folder = bundled("config.toml").parent / "tracker" / "web"
    sources = "".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    return set(re.findall(r'"pages/([^"]+)"', sources))


def test_pages_say_their_language_and_offer_the_other(pages: Pages) -> None:
    browser = pages.browser()
    page = browser.get("/login").page
    assert page.get("lang") == "zh-CN"
    link = page.xpath("//header//a[@hreflang]/@href")
    assert link == ["/language/en?next=/login"]
    browser.get(link[0])
    assert browser.get("/login").page.get("lang") == "en"


def test_every_control_has_its_label(pages: Pages) -> None:
    for who, path in (
        ("", "/login"),
        ("甲县", "/filing/example/2024Q3"),
        ("统筹", "/"),
        ("统筹", "/contacts"),
        ("统筹", f"/obligations/{pages.obligations(pages.example.county_a.id)['1'].id}"),
    ):
        page = (pages.as_(who) if who else pages.browser()).get(path).page
        labelled = set(page.xpath("//label/@for"))
        for control in page.xpath("//textarea | //select | //input[not(@type='hidden')]"):
            assert control.get("id") in labelled or control.xpath("ancestor::label"), path
