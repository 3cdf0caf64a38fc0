"""A unit's due days as a feed that its people subscribe to: dates only, no texts, nothing of other units."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from icalendar import Calendar

from tracker.actions.rounds.open_round import covered_periods, filers_of
from tracker.domain.feed_token import FEED_KEY, feed_token, is_feed_token, read_feed_token
from tracker.domain.periods import parse_period
from tracker.errors import NotFoundError
from tracker.i18n import mark, translations
from tracker.mail.due_event import DueDay, event_of
from tracker.models import OrgUnit, SiteKey, key
from tracker.store.extensions import due_at_of
from tracker.store.lists import all_lists, rules_of
from tracker.store.rounds import round_rules, rounds_of
from tracker.store.site_keys import site_key
from tracker.store.unit_rounds import rounds_of_unit
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor

_NAME: Final = mark("{site}：{unit}")
# Rounds that are not open yet are shown for this long ahead.
_AHEAD: Final = timedelta(days=400)


def renew_feed(session: Session, actor: Actor, unit: OrgUnit, now: datetime) -> None:
    """Gives the unit a feed address; the one that it had is worth nothing from now on.

    Raises NotFoundError or ForbiddenError.
    """
    actor.require_filing(key(unit))
    site_key(session, FEED_KEY, now)
    unit.feed_serial += 1
    session.add(unit)


def feed_address(session: Session, settings: Settings, unit: OrgUnit) -> str:
    """Empty while nobody has asked for one."""
    secret = session.get(SiteKey, FEED_KEY)
    if not unit.feed_serial or secret is None:
        return ""
    return settings.site.link(f"/calendar/feed/{feed_token(secret.secret, key(unit), unit.feed_serial)}.ics")


def read_feed(session: Session, settings: Settings, token: str, now: datetime) -> bytes:
    """The iCalendar file behind `token`. Raises NotFoundError alike for what never was and what is no more."""
    named = read_feed_token(token)
    secret = session.get(SiteKey, FEED_KEY)
    if named is None or secret is None or not is_feed_token(token, secret.secret, *named):
        raise NotFoundError
    unit_id, serial = named
    unit = session.get(OrgUnit, unit_id)
    if unit is None or unit.merged_into_id is not None or unit.feed_serial != serial:
        raise NotFoundError
    return _calendar(session, settings, unit, now)


def _calendar(session: Session, settings: Settings, unit: OrgUnit, now: datetime) -> bytes:
    workdays = work_calendar(session)
    book = Calendar()
    book.add("prodid", "-//Duban//Due//ZH")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    name = translations(settings.site.language).gettext(_NAME)
    book.add("x-wr-calname", name.format(site=settings.site.name, unit=unit.name))
    for due in _open(session, settings, unit):
        book.add_component(
            event_of(due, workdays, now=now, remind_at=settings.jobs.remind_at, settings=settings)
        )
    for uid, due in _coming(session, settings, unit, now):
        event = event_of(due, workdays, now=now, remind_at=settings.jobs.remind_at, settings=settings)
        # The round has no number yet; its entry gives way to the real one when it is opened.
        event["uid"] = uid
        event.add("status", "TENTATIVE")
        book.add_component(event)
    return bytes(book.to_ical())


def _open(session: Session, settings: Settings, unit: OrgUnit) -> Iterator[DueDay]:
    for found, task_list in rounds_of_unit(session, key(unit)):
        if found.closed_at is None:
            yield DueDay(
                round_id=key(found),
                unit_id=key(unit),
                unit=unit.name,
                list_title=task_list.title,
                period_label=parse_period(found.period, round_rules(found).period_type).label,
                due_at=due_at_of(session, found, key(unit)),
                link=settings.site.link(f"/filing/{task_list.slug}/{found.period}"),
            )


def _coming(
    session: Session, settings: Settings, unit: OrgUnit, now: datetime
) -> Iterator[tuple[str, DueDay]]:
    """By the rules of the lists; a list whose dates are set for each round has none to tell."""
    for task_list in all_lists(session):
        rules = rules_of(task_list)
        if rules.period_type == "on_demand" or key(unit) not in map(key, filers_of(session, task_list)):
            continue
        opened = {found.period for found in rounds_of(session, task_list)}
        for period in covered_periods(task_list):
            due_at = rules.due_at(period, settings.site.zone)
            if period.key not in opened and now < due_at < now + _AHEAD:
                yield (
                    f"coming-{task_list.slug}-{period.key}-{key(unit)}@duban",
                    DueDay(
                        round_id=0,
                        unit_id=key(unit),
                        unit=unit.name,
                        list_title=task_list.title,
                        period_label=period.label,
                        due_at=due_at,
                        link=settings.site.link("/"),
                    ),
                )
