"""Query budgets of persons, tracks, journals, consent and wellbeing."""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.db.models import Value
from django.db.models.functions import Length

from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.people import conveyance, directory, journal, lists, queries, wellbeing
from grilse.people.current_person import CURRENT_PERSON
from grilse.people.models import (
    Consent,
    Fence,
    JournalEntry,
    Journey,
    Person,
    PersonWord,
    TrackPoint,
    Visit,
    WellbeingReport,
)
from grilse.proof.registry import Arguments, ArgumentsFactory, QueryBudget, declare_budgets, take_first_row

PERSONS = ("people_person", "people_personword")
POINTS, JOURNEYS, VISITS = ("people_trackpoint",), ("people_journey",), ("people_visit",)
ENTRIES = ("people_journalentry",)
# Rows of all journeys per row of the report, which sums those in the company's service by person, day and mode.
JOURNEYS_PER_ROW = 20
# Visits that are summed for one site.
VISITS_PER_SITE = 5_000
# Most rows that a name search reads: few names match, or the page is full early in the order of names.
MATCH_LIMIT = 2 * directory.LOOKUP_LIMIT
# A query for shared entries reads and skips entries that are shared with other people.
ENTRIES_PER_SHARED = 20
# A search reads entries until a page is full; journal texts have no word index.
SEARCH_TEXT, MAX_ENTRIES_SEARCHED = "sea", 5_000
# Entries of one person that are summed by day.
MAX_ENTRIES_SUMMED = 20_000
MAX_DELETED_READ = 500
# Visits that the page of a site shows.
LAST_VISITS = 8
OWN_ENTRIES = JournalEntry.objects.filter(person_id=CURRENT_PERSON, deleted_at=None)
LONGEST_JOURNEY = Journey.objects.order_by("-points", "pk")
LATEST_VISIT = Visit.objects.order_by("-arrived_at", "-id")


def _find_next_persons() -> Arguments:
    after = directory.search_persons("").next
    return {"text": "", "after": after} if after else None


def _find_prefix(letters: int) -> Arguments:
    """Return the beginning of the longest word of a name."""
    word = PersonWord.objects.order_by(Length("word").desc(), "word").values_list("word", flat=True).first()
    return None if word is None else {"text": word[:letters]}


def _find_any_person() -> Arguments:
    return {"text": ""} if Person.objects.exists() else None


def _find_next_entries(find_first: ArgumentsFactory) -> Arguments:
    arguments = find_first()
    after = None if arguments is None else journal.list_own_entries(**arguments).next
    return {**(arguments or {}), "cursor": after} if after else None


def _find_next_positions() -> Arguments:
    arguments = find_reference()
    positions = queries.list_journey_positions(**arguments, limit=2) if arguments else []
    return {**arguments, "before": (positions[-1].at, positions[-1].id)} if arguments and positions else None


def _find_week() -> Arguments:
    latest = WellbeingReport.objects.order_by("-until").values_list("until", flat=True).first()
    today = datetime.now(UTC).date()
    day = min(latest or today, today)
    return {"until": day - timedelta(days=day.weekday())}


def _find_month(find_day: ArgumentsFactory) -> Arguments:
    """Return the month up to a day, and the other arguments."""
    arguments = find_day()
    if arguments is None:
        return None
    until = arguments["until"]
    return {**arguments, "since": until - timedelta(days=30)}


find_reference = take_first_row(LONGEST_JOURNEY, reference="reference", person="person_id")
find_entry_kind = take_first_row(OWN_ENTRIES, kind="kind")
search_budget = partial(
    # A match is read from the index of words, from its person, and once more with its names.
    QueryBudget,
    directory.search_persons,
    unscanned=PERSONS,
    sorts=True,
    touched=3,
    returns=directory.DEFAULT_LIMIT + 1,
)
journal_budget = partial(QueryBudget, unscanned=ENTRIES)
own_entries_budget = partial(journal_budget, journal.list_own_entries, returns=journal.DEFAULT_LIMIT + 1)
summed_entries_budget = partial(journal_budget, sorts=True, least=MAX_ENTRIES_SUMMED)
positions_budget = partial(
    QueryBudget, queries.list_journey_positions, unscanned=POINTS, returns=queries.JOURNEY_POSITIONS_LIMIT
)

BUDGETS = (
    *build_list_budgets(
        lists.LISTS, {"persons": ListBudget(unindexed_filters=())}, small=("teams", "fences", "transport-rates")
    ),
    search_budget(_find_any_person, use="all"),
    search_budget(_find_next_persons, use="next"),
    search_budget(partial(_find_prefix, 1), use="letter", least=MATCH_LIMIT),
    search_budget(partial(_find_prefix, 4), use="word", least=MATCH_LIMIT),
    search_budget(
        take_first_row(Person.objects.filter(active=True).order_by("-name", "-id"), text="name"),
        use="name",
        least=MATCH_LIMIT,
    ),
    QueryBudget(
        directory.read_person, take_first_row(Person.objects.order_by("id"), id="id"), unscanned=PERSONS, touched=3
    ),
    QueryBudget(
        queries.list_day_positions,
        take_first_row(LONGEST_JOURNEY, person="person_id", day="started_at__date"),
        unscanned=POINTS,
    ),
    positions_budget(find_reference),
    positions_budget(_find_next_positions, use="next"),
    QueryBudget(queries.find_journey, take_first_row(LONGEST_JOURNEY, id="pk"), unscanned=JOURNEYS),
    QueryBudget(
        queries.is_within_reach, take_first_row(LONGEST_JOURNEY, person="person_id"), unscanned=("people_person",)
    ),
    QueryBudget(queries.find_fence_site, take_first_row(LATEST_VISIT, id="fence_id"), unscanned=VISITS),
    QueryBudget(queries.list_latest_positions, take_first_row(Journey.objects.all()), unscanned=POINTS),
    QueryBudget(
        queries.list_reported_visits,
        take_first_row(TrackPoint.objects.filter(kind="site visit").order_by("-at", "-id"), day="at__date"),
        unscanned=POINTS,
    ),
    QueryBudget(queries.list_visits_of_day, take_first_row(LATEST_VISIT, day="arrived_at__date"), unscanned=VISITS),
    QueryBudget(
        queries.list_visits_of_site,
        partial(_find_month, take_first_row(LATEST_VISIT, fence="fence_id", until="arrived_at__date")),
        unscanned=VISITS,
    ),
    QueryBudget(
        queries.list_last_visits,
        take_first_row(
            Fence.objects.filter(area__isnull=False).annotate(limit=Value(LAST_VISITS)).order_by("pk"),
            area="area_id",
            limit="limit",
        ),
        unscanned=VISITS,
        sorts=True,
    ),
    QueryBudget(
        queries.summarize_visits_by_site,
        partial(_find_month, take_first_row(LATEST_VISIT, until="arrived_at__date")),
        unscanned=VISITS,
        sorts=True,
        touched=VISITS_PER_SITE,
    ),
    QueryBudget(queries.list_conflicts, unscanned=("people_keptversion",), returns=queries.CONFLICTS_LIMIT),
    QueryBudget(
        conveyance.build_conveyance_report,
        partial(_find_month, take_first_row(Journey.objects.order_by("-started_at", "-id"), until="started_at__date")),
        statements=3,
        unscanned=JOURNEYS,
        sorts=True,
        touched=JOURNEYS_PER_ROW,
    ),
    own_entries_budget(take_first_row(OWN_ENTRIES), use="first"),
    own_entries_budget(partial(_find_next_entries, dict), use="next"),
    own_entries_budget(find_entry_kind, use="kind"),
    own_entries_budget(partial(_find_next_entries, find_entry_kind), use="kind.next"),
    own_entries_budget(lambda: {"text": SEARCH_TEXT}, use="text", least=MAX_ENTRIES_SEARCHED),
    journal_budget(journal.list_shared_entries, touched=ENTRIES_PER_SHARED, returns=journal.DEFAULT_LIMIT + 1),
    journal_budget(journal.read_entry, take_first_row(JournalEntry.objects.order_by("id"), id="id")),
    journal_budget(journal.list_deleted_entries, sorts=True, least=MAX_DELETED_READ),
    summed_entries_budget(journal.read_trends, lambda: {"days": 90}),
    summed_entries_budget(journal.read_streak),
    QueryBudget(journal.list_consents, take_first_row(Consent.objects.all()), sorts=True),
    QueryBudget(
        wellbeing.list_reports, take_first_row(WellbeingReport.objects.all()), statements=2, sorts=True, touched=4
    ),
    QueryBudget(wellbeing.write_reports, _find_week, sorts=True),
)

declare_budgets(*BUDGETS)
