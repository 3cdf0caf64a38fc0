"""What people do on the pages, so that every page is seen in each of its states; each story leaves the site working.

Whatever is typed here is not Chinese, unless it has to be read as Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.web.stories.chasing import being_late, chasing, reminding
from tests.web.stories.conduct import (
    answering_appeals,
    appealing,
    being_found_out,
    finding_in_the_queue,
    ranking,
)
from tests.web.stories.duties import (
    finishing_a_task,
    instructing,
    moving_a_task,
    reopening_a_task,
    taking_a_task_back,
)
from tests.web.stories.filing import being_told, filing, filing_a_form, signing_in
from tests.web.stories.importing import changing_rules, importing, reading_lists, reading_what_is_bundled
from tests.web.stories.mailing import (
    laying_out_documents,
    looking_after_mails,
    polling,
    reading_the_mailbox,
    settling_mails,
    writing_templates,
)
from tests.web.stories.people import (
    keeping_contacts,
    keeping_keys,
    keeping_one_contact,
    keeping_people,
    keeping_the_own_account,
    looking_over_the_site,
)
from tests.web.stories.publishing import comparing, publishing, summing_up
from tests.web.stories.reviewing import gathering, reviewing, working_off_a_queue
from tests.web.stories.rounds import changing_the_calendar, closing, opening, searching, watching
from tests.web.stories.units import changing_units, merging_units
from tests.web.stories.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import Callable

    Story = Callable[[Visitors], None]

__all__ = ["STORIES", "Visitors"]

STORIES: Final[tuple[Story, ...]] = (
    *(signing_in, being_told, filing, filing_a_form, reminding, chasing, reviewing, ranking, being_late),
    *(working_off_a_queue, finding_in_the_queue, gathering),
    *(being_found_out, appealing, answering_appeals, ranking),
    *(moving_a_task, taking_a_task_back, finishing_a_task, reopening_a_task, instructing),
    *(importing, reading_lists, changing_units, merging_units, changing_the_calendar),
    *(reading_the_mailbox, settling_mails, polling, looking_after_mails, writing_templates, keeping_contacts),
    laying_out_documents,
    *(keeping_one_contact, keeping_people, keeping_keys, keeping_the_own_account, changing_rules),
    *(reading_what_is_bundled, looking_over_the_site, searching, watching),
    *(publishing, opening, comparing, summing_up, closing),
)
