"""Names of containers, feed stores and halls: unique at a site, written `site/name` where a name alone is ambiguous.

The site of a hall is its station: where several stations have a hall of one name, a container is written
`station/hall/name`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from unicodedata import normalize

from django.db.models import BooleanField, Case, Expression, F, Func, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat

from grilse.errors import GrilseError
from grilse.farm.models import Container, FeedStore, Hall

MAX_PATHS = 8
"""Sites that a refusal lists."""
NamedModel = type[Container] | type[FeedStore] | type[Hall]
# Cyrillic and Greek letters, and the Latin ones that they look like.
LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEKMHOPCTYXaeopcyxiABEZHIKMNOPTYXo",
)


def join_site_name(site: str, name: str) -> str:
    """Return the name of a row with its site."""
    return f"{site}/{name}"


def describe_ambiguous_name(noun: str, name: str, paths: Sequence[str]) -> str:
    """Say that several sites have a row of a name, and which."""
    listed = sorted(paths)[:MAX_PATHS]
    more = f" and {len(paths) - MAX_PATHS} more" if len(paths) > MAX_PATHS else ""
    if len(set(paths)) == 1:
        return f"there are {len(paths)} {noun}s {name}: rename one of them, or its site"
    return f"several sites have a {noun} {name}: write {' or '.join(listed)}{more}"


def describe_lookalikes(unknown: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Return, for unknown names that look like a known one, what a refusal adds to say so."""
    by_look = {fold_look(name): name for name in names}
    looks = {name: by_look.get(fold_look(name)) for name in set(unknown)}
    return {name: f"; '{twin}' has other letters, case or spaces" for name, twin in looks.items() if twin}


def fold_look(name: str) -> str:
    """Return how a name looks: in one alphabet and case, without spaces and invisible characters."""
    letters = normalize("NFKC", name).translate(LOOKALIKES).casefold()
    return "".join(letter for letter in letters if letter.isprintable() and not letter.isspace())


def index_site_names(
    names: Sequence[str], sites: Sequence[Sequence[str]]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return the position of the row that each name is of, and the rows of the names that are of several.

    A row is named by `site/name`, and by its name alone if no other row has that; `sites` are the names of each row's
    site, first the one that is written, last the longest. Names may contain slashes: what is the longer name of one
    row is not that of another.
    """
    by_name: dict[str, list[int]] = {}
    by_short_path: dict[str, list[int]] = {}
    by_path: dict[str, list[int]] = {}
    for position, (sites_of_row, name) in enumerate(zip(sites, names, strict=True)):
        *short, longest = [join_site_name(site, name) for site in sites_of_row]
        by_name.setdefault(name, []).append(position)
        by_path.setdefault(longest, []).append(position)
        for path in {*short} - {longest}:
            by_short_path.setdefault(path, []).append(position)
    candidates = by_name | by_short_path | by_path
    unique = {name: positions[0] for name, positions in candidates.items() if len(positions) == 1}
    ambiguous = {
        name: [join_site_name(sites[position][0], names[position]) for position in positions]
        for name, positions in candidates.items()
        if len(positions) > 1
    }
    return unique, ambiguous


def find_named_row(model: NamedModel, noun: str, name: str, *, field: str) -> int | None:
    """Return the id of the row of a name or `site/name`, None if there is none; refuse an ambiguous name.

    One statement.
    """
    rows = list_site_names(model, _build_name_condition(model, name))
    unique, ambiguous = index_site_names([row["name"] for row in rows], [row["sites"] for row in rows])
    if name in ambiguous:
        raise GrilseError(describe_ambiguous_name(noun, name, ambiguous[name]), field=field)
    return rows[unique[name]]["id"] if name in unique else None


def list_site_names(model: NamedModel, *conditions: Q, **columns: Expression) -> list[dict[str, Any]]:
    """Return id, name, names of the site and further columns of the rows in reach, by their ids; one statement."""
    rows: QuerySet[Any] = model._default_manager.filter(*conditions).order_by("pk")
    if model is Hall:
        return [{**row, "sites": [row["station__name"]]} for row in rows.values("id", "name", "station__name")]
    names = ("hall__name", "hall__station__name", "area__name")
    return [
        {**row, "sites": _list_names_of_site(row["site"], *(row.pop(name) for name in names))}
        for row in rows.values("id", "name", *names, site=build_site_name(), **columns)
    ]


def _list_names_of_site(written: str, hall: str | None, station: str | None, area: str | None) -> list[str]:
    """Return the names of the hall or area of a row, first the one that is written."""
    return [written, area] if area is not None else [written, str(hall), join_site_name(str(station), str(hall))]


def find_label(row: Container | FeedStore) -> str:
    """Return how a container or feed store is written; one statement."""
    model = type(row)
    return str(model.objects.filter(pk=row.pk).values_list(build_label(model), flat=True).first() or row.name)


def read_container_labels() -> dict[int, str]:
    """Return how the containers in reach are written, by id; one statement."""
    return dict(Container.objects.values_list("pk", build_label(Container)))


def _build_name_condition(model: NamedModel, name: str) -> Q:
    """Return the condition of rows of which a text may be the name or `site/name`."""
    condition = Q(name=name)
    for site, rest in _split_at_slashes(name):
        condition |= Q(name=rest) & (Q(station__name=site) if model is Hall else _build_site_condition(site))
    return condition


def _build_site_condition(site: str) -> Q:
    """Return the condition of rows in the areas and halls of which a text may be the name."""
    condition = Q(area__name=site) | Q(hall__name=site)
    for station, hall in _split_at_slashes(site):
        condition |= Q(hall__station__name=station, hall__name=hall)
    return condition


def _split_at_slashes(name: str) -> Iterator[tuple[str, str]]:
    """Yield what is before and after each slash of a text."""
    for position in (position for position, letter in enumerate(name) if letter == "/"):
        yield name[:position], name[position + 1 :]


class AnyOfArray(Func):
    """`column = ANY (array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def build_label(model: NamedModel, prefix: str = "") -> Case:
    """Return how lists write the name of a container, feed store or hall."""
    ambiguous = AnyOfArray(F(f"{prefix}id"), RawSQL(build_ambiguous_sql(model._meta.db_table), []))
    site = F(f"{prefix}station__name") if model is Hall else build_site_name(prefix)
    return Case(When(ambiguous, then=Concat(site, Value("/"), F(f"{prefix}name"))), default=F(f"{prefix}name"))


def build_site_name(prefix: str = "") -> Coalesce:
    """Return the name of the hall or sea area of a container or feed store."""
    return Coalesce(build_label(Hall, f"{prefix}hall__"), F(f"{prefix}area__name"))


def build_label_sql(table: str, alias: str) -> str:
    """Return the SQL of how a row is written."""
    joins, site = SITES[table]
    path = f"(SELECT {site} FROM {table} k {joins} WHERE k.id = {alias}.id) || '/' || {alias}.name"
    return f"CASE WHEN {alias}.id = ANY({build_ambiguous_sql(table)}) THEN {path} ELSE {alias}.name END"


def build_ambiguous_sql(table: str) -> str:
    """Return the SQL of the ids of all rows whose name alone is not theirs alone; it is run once per statement."""
    joins, site = SITES[table]
    # An area is written by its name: a hall of the same name is not.
    of_areas = (
        f" UNION ALL SELECT k.id FROM {table} k JOIN farm_area a ON a.company_id = k.company_id AND a.name = k.name"
    )
    return (
        f"ARRAY(SELECT unnest(array_agg(k.id)) FROM {table} k GROUP BY k.company_id, k.name HAVING count(*) > 1"
        f"{of_areas if table == HALLS else ''}"
        f" UNION ALL SELECT named.id FROM {table} named WHERE position('/' IN named.name) > 0"
        f" AND EXISTS (SELECT FROM {table} k {joins}"
        f" WHERE k.company_id = named.company_id AND k.id <> named.id AND {site} || '/' || k.name = named.name))"
    )


HALLS = Hall._meta.db_table
SITES = {HALLS: ("JOIN farm_station s ON s.id = k.station_id", "s.name")}
"""By table: the joins from a row `k` to its site, and the name of the site."""
HALL_LABEL = build_label_sql(HALLS, "h")
"""The SQL of how hall `h` is written."""
SITE_NAME = f"coalesce({HALL_LABEL}, a.name)"
"""The SQL of the name of the site that is hall `h` or area `a`."""
PLAIN_SITE_NAME = "coalesce(h.name, a.name)"
"""The SQL of the same name where the reader knows the site, without what tells it from that of other sites."""
SITE_JOINS = "LEFT JOIN farm_hall h ON h.id = k.hall_id LEFT JOIN farm_area a ON a.id = k.area_id"
SITES |= {model._meta.db_table: (SITE_JOINS, SITE_NAME) for model in (Container, FeedStore)}
CONTAINER_LABEL = build_label_sql("farm_container", "c")
"""The SQL of how container `c` is written."""
