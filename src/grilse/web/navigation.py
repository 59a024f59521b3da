"""The navigation of every page: its entries, each for logins with a permission, and the tabs of each section."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from grilse.languages import Label

PHONE_ENTRIES = 4
"""Entries of the bar on a phone; the others are behind More."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationEntry:
    """A link of the navigation, shown to logins that have its permission."""

    title: Label
    page: str
    """The name of its address."""
    permission: str
    section: tuple[str, ...] = ()
    """How the names of the pages begin that belong to it."""
    on_phone: bool = False
    """Whether it comes first in the bar on a phone."""
    tabs: tuple["NavigationEntry", ...] = ()

    def includes(self, page: str) -> bool:
        """Tell whether a page belongs to it."""
        return page == self.page or page.startswith(self.section)


@dataclass(frozen=True, kw_only=True, slots=True)
class Navigation:
    """The entries that a login sees on a page."""

    entries: Sequence[NavigationEntry]
    phone: Sequence[NavigationEntry]
    """Those of the bar on a phone."""
    current: NavigationEntry | None
    tabs: Sequence[NavigationEntry]
    """The tabs of the current section, on the pages that are tabs."""


# In the order of the pages: Today, Enter, Sites, Batches, Health, Feed, Plan, Reports, People, Help, Settings.
ENTRIES = (
    NavigationEntry(
        title=_("Today"),
        page="home",
        permission="growth.read",
        section=("finding", "yesterday"),
        on_phone=True,
        tabs=(
            NavigationEntry(title=_("Needs attention"), page="home", permission="growth.read"),
            NavigationEntry(title=_("What happened yesterday"), page="yesterday", permission="stock.read"),
        ),
    ),
    NavigationEntry(title=_("Enter"), page="enter", permission="stock.mortality", on_phone=True),
    NavigationEntry(
        title=_("Sites"), page="sites", permission="growth.read", section=("site-", "container"), on_phone=True
    ),
    NavigationEntry(
        title=_("Batches"),
        page="batches",
        permission="growth.read",
        section=("batch", "flags"),
        tabs=(
            NavigationEntry(title=_("All batches"), page="batches", permission="growth.read"),
            NavigationEntry(title=_("Review"), page="flags", permission="growth.read"),
        ),
    ),
    NavigationEntry(
        title=_("People"),
        page="people",
        permission="people.read",
        section=("people", "person", "wellbeing", "journal"),
        tabs=(
            NavigationEntry(title=_("Directory"), page="people", permission="people.read"),
            NavigationEntry(title=_("Map"), page="people-map", permission="people.locate"),
            NavigationEntry(title=_("Visits"), page="people-visits", permission="people.locate"),
            NavigationEntry(title=_("Conveyance"), page="people-conveyance", permission="people.report"),
            NavigationEntry(title=_("Wellbeing"), page="wellbeing", permission="people.wellbeing"),
            NavigationEntry(title=_("Journal"), page="journal", permission="people.journal", section=("journal-",)),
        ),
    ),
    NavigationEntry(
        title=_("Help"), page="helpdesk", permission="helpdesk.read", section=("ticket", "helpdesk"), on_phone=True
    ),
    NavigationEntry(
        title=_("Settings"),
        page="settings",
        permission="farm.read",
        section=("settings", "performance", "components"),
        tabs=(
            NavigationEntry(title=_("Overview"), page="settings", permission="farm.read"),
            NavigationEntry(
                title=_("People and roles"),
                page="settings-people",
                permission="access.read",
                section=("settings-login",),
            ),
            NavigationEntry(
                title=_("Performance"), page="performance", permission="proof.read", section=("performance-",)
            ),
            NavigationEntry(title=_("Back office"), page="admin:index", permission="farm.read"),
        ),
    ),
)


def build_navigation(page: str, permissions: Collection[str]) -> Navigation:
    """Return the navigation of a page for a login with permissions."""
    entries = [entry for entry in ENTRIES if entry.permission in permissions]
    first = sorted(entries, key=lambda entry: not entry.on_phone)[:PHONE_ENTRIES]
    current = next((entry for entry in entries if entry.includes(page)), None)
    tabs = [tab for tab in current.tabs if tab.permission in permissions] if current else []
    return Navigation(
        entries=entries,
        phone=[entry for entry in entries if entry in first],
        current=current,
        tabs=tabs if any(tab.includes(page) for tab in tabs) else [],
    )
