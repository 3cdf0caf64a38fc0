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
from sqlmodel import select

import tracker.i18n
from tests.web.conftest import FILING, ROUND, pages
from tracker.errors import InvalidValueError, TextTooLongError, UnknownUnitError
from tracker.i18n import LANGUAGES, SOURCE_LANGUAGE, translations
from tracker.models import Contact, Obligation, OutgoingMail, key
from tracker.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from babel.messages.catalog import Catalog
    from lxml import html as lxml_html

    from tests.web.client import Answer
    from tests.web.conftest import Pages

# The fixture of another folder.
__all__ = ["pages"]

PROJECT: Final = Path(__file__).resolve().parent.parent
LOCALE: Final = Path(tracker.i18n.__file__).parent / "locale"
_CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
_NAMES: Final = ("督办", LANGUAGES[SOURCE_LANGUAGE])
# A table with a guess, a task without units, a new unit, a near name and a collective.
PLAN: Final = "序号,具体措施,责任单位\n1,First task,市新设局、市示例局\n2,Second task,无\n3,Third task,市新设办局、各县人民政府\n"
# A Chinese numeral means nothing in English; tracker.web.words gives the number itself as well.
_WRITTEN_AS: Final = {"numeral": "index"}


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
                if isinstance(first, ast.IfExp | ast.BinOp | ast.BoolOp | ast.JoinedStr) and not any(
                    isinstance(part, ast.Call) and _name(part) == "mark" for part in ast.walk(first)
                ):
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
    assert not {text: words for text, words in texts(english).items() if _CHINESE.search(_without(words))}


def test_english_speaks(sources: dict[str, set[str]]) -> None:
    catalog = translations("en")
    assert catalog.charset() == "utf-8"
    assert catalog.info()["plural-forms"] == "nplurals=2; plural=(n != 1);"
    assert catalog.gettext("首页") == "Home"
    assert catalog.gettext("（") == " ("
    untouched = [text for text in sources if _CHINESE.search(_without(catalog.gettext(text)))]
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
    task, county = pages.example.tasks[0], pages.example.county_a
    filler, coordinator, visitor = pages.as_("甲县"), pages.as_("统筹"), pages.browser()
    for browser in (filler, coordinator, visitor):
        browser.get("/language/en?next=/")
    sheet = filler.get(FILING)
    form = sheet.fields(action=FILING)
    filed = filler.post(FILING, form | {f"text-{task.id}": "written", "act": f"one-{task.id}"})
    first, second = (pages.obligations(county.id)[number].id for number in ("1", "2"))
    away = pages.browser()
    away.get("/language/en?next=/")
    answers = [
        visitor.get("/login"),
        visitor.post("/login", {"username": "nobody", "password": "wrong"}),
        away.post(FILING, form | {f"text-{task.id}": "written while away", "act": "all"}),
        sheet,
        *(filler.get(path) for path in ("/", FILING, filed.location, "/missing", f"/obligations/{first}")),
        filler.post(FILING, form | {f"text-{task.id}": "w" * 400, "act": f"one-{task.id}"}),
        *(
            coordinator.get(path)
            for path in (
                *("/", "/units", "/contacts", "/mails", "/rounds/open?list=example&period=2024Q1"),
                *(ROUND, f"{ROUND}?view=tasks", f"{ROUND}?view=matrix", f"{ROUND}/close", f"{ROUND}/remind"),
                *(f"{ROUND}/obligations?state=expected", f"{ROUND}/obligations?state=nil&timing=late"),
                *(f"/obligations/{first}", f"/obligations/{second}", f"{FILING}?unit={county.name}"),
            )
        ),
        coordinator.post("/contacts/import"),
    ]
    plan = {"file": ("plan.csv", PLAN.encode())}
    waiting = coordinator.post("/lists/import", files=plan).location
    answers += [coordinator.get("/lists/import"), coordinator.get(waiting)]
    answers += [coordinator.post(waiting, {"act": "import"}), coordinator.post("/lists/import")]
    remind = coordinator.get(f"{ROUND}/remind")
    coordinator.post(f"{ROUND}/remind", remind.fields(action=f"{ROUND}/remind"))
    answers += [coordinator.get(path) for path in ("/mails", f"/mails/{_mail(pages)}", f"{ROUND}/remind")]

    written = _written(pages)
    left = {word for answer in answers for word in _said(answer) if _CHINESE.search(_without(word, written))}
    assert not left
    shown = {name for _, name in pages.app.state.site.environments["en"].cache}
    templates = {f"pages/{file.name}" for file in bundled("templates").glob("pages/*.html")}
    assert templates <= shown, f"add a visit for {templates - shown}"


def _mail(pages: Pages) -> int:
    with pages.database.reading() as session:
        return key(session.exec(select(OutgoingMail)).all()[0])


def _written(pages: Pages) -> tuple[str, ...]:
    """What users wrote, longest first: names, titles, texts, and the subject of what was mailed."""
    example = pages.example
    found = {pages.settings.site.name, example.task_list.title, example.task_list.note, "局", "统筹"}
    found |= {unit.name for unit in (example.bureau, example.county_a, example.county_b)}
    found |= {text for task in example.tasks for text in (task.title, task.content, task.units_text)}
    found |= {"1．示例措施", "2．另一措施", "甲县人民政府"}
    # Places in a document are said as its readers say them.
    found |= {f"第 {number} 行" for number in range(2, 5)}
    found |= {cell for line in PLAN.splitlines()[1:] for cell in line.split(",")}
    found |= {name for text in tuple(found) for name in text.split("、")}
    with pages.database.reading() as session:
        found |= {contact.name for contact in session.exec(select(Contact))}
        found |= {mail.subject for mail in session.exec(select(OutgoingMail))}
        found |= {obligation.exempt_reason or "" for obligation in session.exec(select(Obligation))}
    return tuple(sorted(found - {""}, key=len, reverse=True))


def _said(answer: Answer) -> list[str]:
    """Texts of the page and of the attributes that are read out; a mail's own text aside."""
    assert answer.page.get("lang") == "en"
    nodes: Iterable[lxml_html.HtmlElement] = answer.page.xpath("//*[not(ancestor-or-self::pre)]")
    said = [text for node in nodes for text in (node.text or "", node.tail or "")]
    for node in nodes:
        said += [node.get(name, "") for name in ("aria-label", "title", "placeholder", "alt")]
    return said


def _without(text: str, names: Iterable[str] = ()) -> str:
    for name in (*names, *_NAMES):
        text = text.replace(name, "")
    return text
