"""The navigation that a login sees."""

import pytest

from grilse.access.permissions import load_permissions
from grilse.web.navigation import ENTRIES, PHONE_ENTRIES, build_navigation

EVERYTHING = frozenset(load_permissions())


def test_an_entry_needs_its_permission():
    navigation = build_navigation("batches", {"growth.read"})
    assert [entry.title for entry in navigation.entries] == ["Today", "Sites", "Batches"]


def test_a_page_belongs_to_one_section_and_shows_its_tabs():
    navigation = build_navigation("people-map", EVERYTHING)
    assert navigation.current.title == "People"
    assert "Map" in [tab.title for tab in navigation.tabs]


def test_the_page_of_a_row_has_a_section_but_no_tabs():
    navigation = build_navigation("batch", EVERYTHING)
    assert navigation.current.title == "Batches"
    assert navigation.tabs == []


def test_a_tab_needs_its_permission():
    titles = [tab.title for tab in build_navigation("people", {"people.read"}).tabs]
    assert titles == ["Directory"]


def test_a_phone_has_four_entries_those_for_it_first():
    navigation = build_navigation("batches", EVERYTHING)
    assert len(navigation.phone) == PHONE_ENTRIES
    assert {entry.title for entry in ENTRIES if entry.on_phone} <= {entry.title for entry in navigation.phone}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES for entry in (entry, *entry.tabs)])
def test_every_entry_leads_to_an_address_under_a_known_permission(entry):
    assert entry.permission in load_permissions()
