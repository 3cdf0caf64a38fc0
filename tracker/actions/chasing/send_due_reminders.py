"""What the sweep and `tracker remind` do: plan what is due at a moment, and queue it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.chasing.remind import plan_reminders, send_reminders
from tracker.actions.filing.attach_forms import compile_forms, render_forms

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.actions.chasing.remind import ReminderPlan
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor


def send_due_reminders(
    database: Database, actor: Actor, settings: Settings, now: datetime
) -> tuple[ReminderPlan, int]:
    """The plan, and how many mails were queued. What tells of an opening brings the unit's form.

    Forms are drawn before the transaction that sends, which judges anew: nobody waits for them, and what was filed
    meanwhile is not asked for.
    """
    with database.reading() as session:
        plan = plan_reminders(session, settings, now)
    if not plan.digests:
        return plan, 0
    openings = [part for part in plan.parts if part.is_opening]
    sheets = {}
    if openings:
        with database.transaction() as session:
            sheets = compile_forms(session, settings, openings, now)
    forms = render_forms(sheets, settings)
    with database.transaction() as session:
        plan = plan_reminders(session, settings, now)
        return plan, send_reminders(session, actor, settings, plan, forms)
