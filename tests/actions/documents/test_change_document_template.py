"""An office's own Word layout: used when it works, never in the way when it does not."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx import Document
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, build_example
from tests.reports.word import paragraphs
from tracker.actions.documents.change_document_template import (
    check_document_template,
    keep_document_template,
    own_template,
    restore_document_template,
    template_in_use,
    template_states,
)
from tracker.errors import DocumentTemplateError, ForbiddenError
from tracker.importers.files.refusals import NotThisFormatError
from tracker.models import CircularKind, DocumentTemplate
from tracker.reports.accounts.account_samples import full_account
from tracker.reports.documents.word import packaged_template, render_word
from tracker.store.document_templates import template_history

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

KIND = CircularKind.CIRCULAR


def word(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


OWN = word("本办版式", "{{ title }}{{ issue }}{{ issuer }}{{ issued_on }}{{ sentence }}")
BROKEN = word("本办版式", "{{ ''.__class__ }}")


def change(session: Session, content: bytes, file_name: str = "本办.docx") -> bool:
    return keep_document_template(
        session, COORDINATOR, check_document_template(KIND, file_name, content), OPENED_AT
    )


def test_the_next_document_has_the_offices_layout(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        assert change(session, OWN)
    with database.reading() as session:
        template = own_template(session, settings, KIND)
        assert template == OWN
        assert own_template(session, settings, CircularKind.REPORT) is None
    assert paragraphs(render_word(full_account(KIND, str), template, KIND))[0] == "本办版式"


def test_a_mistake_is_named_and_the_old_one_keeps_working(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        change(session, OWN)
    with pytest.raises(
        DocumentTemplateError, match=r"正文第 2 段“{{ ''.__class__ }}”：不能使用以下划线开头的“__class__”"
    ):
        check_document_template(KIND, "坏的.docx", BROKEN)
    with database.reading() as session:
        assert template_in_use(session, settings, KIND) == OWN


def test_a_mistake_in_a_branch_that_a_full_account_does_not_take() -> None:
    with pytest.raises(DocumentTemplateError, match="没有“nothing”"):
        check_document_template(
            KIND, "坏的.docx", word("{% if not measures %}{{ counts.nothing }}{% endif %}")
        )


def test_what_nobody_would_find_in_it_is_said() -> None:
    assert check_document_template(KIND, "本办.docx", OWN).absent == ()
    assert check_document_template(KIND, "本办.docx", word("{{ title }}{{ issuer }}")).absent == (
        "期号，如第3期",
        "成文日期；草稿留空格",
        "以上各数写成的一句话",
    )


def test_the_packaged_one_uploaded_again_is_a_return_to_it(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        assert not change(session, packaged_template(KIND))
        assert change(session, OWN)
        assert not change(session, OWN)
        assert change(session, packaged_template(KIND))
        assert own_template(session, settings, KIND) is None
        assert not restore_document_template(session, COORDINATOR, KIND, OPENED_AT)
        assert [row.file_name for row in template_history(session, KIND)] == ["", "本办.docx"]


def test_only_who_coordinates_may(sqlite_database: Database, settings: Settings) -> None:
    checked = check_document_template(KIND, "本办.docx", OWN)
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        filer = example.filer(example.county_a)
        with pytest.raises(ForbiddenError):
            keep_document_template(session, filer, checked, OPENED_AT)
        with pytest.raises(ForbiddenError):
            restore_document_template(session, filer, KIND, OPENED_AT)
        assert session.exec(select(DocumentTemplate)).all() == []


def test_another_kind_of_file_is_refused_by_its_name() -> None:
    with pytest.raises(NotThisFormatError):
        check_document_template(KIND, "本办.dotm", OWN)


def test_a_file_in_the_sites_folder_counts_until_something_is_uploaded(
    sqlite_database: Database, settings: Settings
) -> None:
    folder = settings.at_root(settings.paths.templates) / "reports"
    folder.mkdir(parents=True)
    (folder / "circular.docx").write_bytes(OWN)
    (folder / "report.docx").write_bytes(packaged_template("report"))
    with sqlite_database.transaction() as session:
        states = {state.kind: state for state in template_states(session, settings)}
        assert [(kind.value, state.is_own, state.fault) for kind, state in states.items()] == [
            ("report", False, None),
            ("circular", True, None),
            ("summary", False, None),
        ]
        uploaded = word("上传的{{ title }}")
        change(session, uploaded)
        assert own_template(session, settings, KIND) == uploaded
        restore_document_template(session, COORDINATOR, KIND, OPENED_AT)
        assert own_template(session, settings, KIND) is None


def test_one_that_fails_all_the_same_is_named(sqlite_database: Database, settings: Settings) -> None:
    """Such as a file edited by hand, or one of an older version."""
    with sqlite_database.transaction() as session:
        session.add(
            DocumentTemplate(
                kind=KIND, file_name="旧的.docx", content=BROKEN, changed_at=OPENED_AT, changed_by="某人"
            )
        )
        session.flush()
        fault = next(state.fault for state in template_states(session, settings) if state.kind is KIND)
    assert "__class__" in str(fault)
