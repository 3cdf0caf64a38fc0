"""An account as one HTML page that needs nothing beside itself: the same words and figures as the Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

    from tracker.reports.accounts.account import Account

TEMPLATE: Final = "reports/account.html"


def render_account_html(account: Account, environment: Environment) -> str:
    """The page; `environment` is an escaping one (templating.page_environment)."""
    return environment.get_template(TEMPLATE).render(account=account)
