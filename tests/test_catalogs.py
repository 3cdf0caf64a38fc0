"""Whatever the program says can be said in English: nothing untranslated, stale, or left half in Chinese."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

import tracker.i18n
from tests.web.conftest import pages
from tests.web.english import CHINESE, Written, without
from tests.web.places import address_of, build_places
from tests.web.stories import STORIES, Visitors
from tests.web.test_access import MATRIX
from tracker.errors import InvalidValueError, TextTooLongError, UnknownUnitError
from tracker.i18n import SOURCE_LANGUAGE, translations
from tracker.resources import bundled

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

    from tests.web.conftest import Pages

# The fixture of another folder.
__all__ = ["pages"]

PROJECT: Final = Path(__file__).resolve().parent.parent
LOCALE: Final = Path(tracker.i18n.__file__).parent / "locale"
# A Chinese numeral means nothing in English; tracker.web.words gives the number itself as well.
# A field that stands for any in a text about fields is a word.
_WRITTEN_AS: Final = {"numeral": "index", "名称": "name"}


def extract() -> dict[str, set[str]]:
    """Source texts by the files they stand in, as `make catalogs` collects them."""
    recipe = (PROJECT / "Makefile").read_text("utf-8").partition("\ncatalogs:")[2].partition("\n\n")[0]
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(re.findall(r"(?<=-k )\S+", recipe))}
    tables = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(table["pattern"], table["method"]) for table in tables]
    options = {table.pop("pattern"): table for table in tables}
    found: dict[str, set[str]] = {}
    for file, _, message, _, _ in extract_from_dir(
        PROJECT, methods, options, keywords, directory_filter=_is_source
    ):
        # A plural form would come as a tuple: then this, and `fields`, must learn of it.
        assert isinstance(message, str), message
        found.setdefault(message, set()).add(file)
    return found


def joined() -> list[str]:
    """Where a call that marks texts chooses between two: Babel runs them together, and neither is found."""
    found = []
    for file in sorted((PROJECT / "tracker").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and _name(call) in {
                "say",
                "note",
                "working",
                "_",
                "gettext",
                "mark",
            }:
                first = call.args[0] if call.args else None
                parts = list(ast.walk(first)) if first else []
                # Between names nothing is run together: Babel joins the literals of a call, unless marked each.
                is_literal = any(
                    isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts
                )
                is_marked = any(isinstance(part, ast.Call) and _name(part) == "mark" for part in parts)
                is_joined = isinstance(first, ast.IfExp | ast.BinOp | ast.BoolOp | ast.JoinedStr)
                if is_joined and is_literal and not is_marked:
                    found.append(f"{file.relative_to(PROJECT)}:{call.lineno}")
    return found


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_source(folder: str) -> bool:
    return Path(folder).resolve().relative_to(PROJECT).parts[:1] in {(), ("tracker",), ("templates",)}


@pytest.fixture(scope="module")
def sources() -> dict[str, set[str]]:
    return extract()


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (LOCALE / "en" / "LC_MESSAGES" / "tracker.po").open("rb") as file:
        return read_po(file)


def texts(catalog: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog if message.id}


def fields(text: str) -> set[str]:
    """Names in {braces} and in %(percent)s."""
    return {name for _, name, _, _ in Formatter().parse(text) if name} | set(re.findall(r"%\((\w+)\)s", text))


def tags(text: str) -> list[str]:
    return sorted(re.findall(r"<[^>]*>", text))


def test_every_text_is_translated(sources: dict[str, set[str]], english: Catalog) -> None:
    assert len(sources) > 500
    translated = {text for text, words in texts(english).items() if words}
    assert not {text: files for text, files in sources.items() if text not in translated}
    assert not [message.id for message in english if message.id and message.fuzzy]


def test_no_translation_is_stale(sources: dict[str, set[str]], english: Catalog) -> None:
    assert not set(texts(english)) - set(sources)
    assert not english.obsolete


def test_no_text_is_run_together_with_another() -> None:
    assert not joined()


def test_each_translation_has_the_fields_of_its_source(english: Catalog) -> None:
    for text, words in texts(english).items():
        expected = {_WRITTEN_AS.get(name, name) for name in fields(text)}
        assert fields(words) == expected, text


def test_translations_for_templates_are_safe_to_fill_in(
    sources: dict[str, set[str]], english: Catalog
) -> None:
    """Jinja takes a translation as markup and always applies `%` to it."""
    words = texts(english)
    for text, files in sources.items():
        if any(file.startswith("templates/") for file in files):
            assert words[text] % dict.fromkeys(fields(text), "1")
            assert tags(words[text]) == tags(text), text
            assert "&" not in words[text], text


def test_no_translation_is_left_in_chinese(english: Catalog) -> None:
    assert not {text: words for text, words in texts(english).items() if CHINESE.search(without(words))}


def test_english_speaks(sources: dict[str, set[str]]) -> None:
    catalog = translations("en")
    assert catalog.charset() == "utf-8"
    assert catalog.info()["plural-forms"] == "nplurals=2; plural=(n != 1);"
    assert catalog.gettext("首页") == "Home"
    assert catalog.gettext("（") == " ("
    untouched = [text for text in sources if CHINESE.search(without(catalog.gettext(text)))]
    assert not untouched


def test_errors_speak_english() -> None:
    gettext = translations("en").gettext
    assert TextTooLongError(task="3", count=310, limit=300).worded(gettext) == (
        "Task 3: 310 characters, over the limit of 300. Please shorten by 10 and file again."
    )
    assert UnknownUnitError("甲", ("甲县",)).worded(gettext) == (
        "There is no unit named “甲”. Did you mean 甲县?"
    )
    error = InvalidValueError(field="单位", value="x", reason="过长")
    assert error.worded(gettext) == "Unit “x” is not valid: too long"


def test_chinese_is_the_source(sources: dict[str, set[str]]) -> None:
    catalog = translations(SOURCE_LANGUAGE)
    assert all(catalog.gettext(text) == text for text in sources)


def test_every_page_speaks_english(pages: Pages) -> None:
    """Every page of the site, as those see it who use it, says nothing in Chinese but what users wrote."""
    visitors, places, written = Visitors(pages), build_places(pages), Written()
    routes = [route for method, route in MATRIX if method == "GET" and not route.startswith("/static/")]
    for story in (None, *STORIES):
        if story:
            story(visitors)
        # As everything is at first, and as the stories leave it.
        if story in {None, STORIES[-1]}:
            for browser in visitors.all:
                for route in routes:
                    browser.get(address_of(route, places))
        written.gather(pages, visitors.all)

    left = written.left_in_chinese(visitors.all)
    assert not left
    faults = [path for browser in visitors.all for path, answer in browser.shown if answer.status >= 500]
    assert not faults
    shown = {name for _, name in pages.app.state.site.environments["en"].cache}
    root = bundled("templates")
    templates = {
        str(file.relative_to(root)) for part in ("macros", "pages") for file in root.glob(f"{part}/**/*.html")
    }
    assert templates <= shown, f"add a story or a place for {templates - shown}"
