"""Names of containers and feed stores: unique at a site, written `site/name` where a name alone is ambiguous."""

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from django.db.models import BooleanField, Case, Expression, F, Func, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat

from grilse.errors import GrilseError
from grilse.farm.models import Container, FeedStore

MAX_PATHS = 8
"""Sites that a refusal lists."""
NamedModel = type[Container] | type[FeedStore]
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


def index_site_names(names: Sequence[str], sites: Sequence[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return the position of the row that each name is of, and the rows of the names that are of several.

    A row is named by `site/name`, and by its name alone if no other row has that. Names may contain slashes: what
    is `site/name` of one row is not the name of another.
    """
    by_path: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for position, (site, name) in enumerate(zip(sites, names, strict=True)):
        by_path.setdefault(join_site_name(site, name), []).append(position)
        by_name.setdefault(name, []).append(position)
    candidates = by_name | by_path
    unique = {name: positions[0] for name, positions in candidates.items() if len(positions) == 1}
    ambiguous = {
        name: [join_site_name(sites[position], names[position]) for position in positions]
        for name, positions in candidates.items()
        if len(positions) > 1
    }
    return unique, ambiguous


def list_labels(names: Sequence[str], sites: Sequence[str]) -> list[str]:
    """Return how each row is written: by its name, or by `site/name` where the name alone is not of this row."""
    unique, _ = index_site_names(names, sites)
    return [
        name if unique.get(name) == position else join_site_name(site, name)
        for position, (site, name) in enumerate(zip(sites, names, strict=True))
    ]


def find_named_row(model: NamedModel, noun: str, name: str, *, field: str) -> int | None:
    """Return the id of the row of a name or `site/name`, None if there is none; refuse an ambiguous name.

    One statement.
    """
    rows = list_site_names(model, _build_name_condition(name))
    unique, ambiguous = index_site_names([row["name"] for row in rows], [row["site"] for row in rows])
    if name in ambiguous:
        raise GrilseError(describe_ambiguous_name(noun, name, ambiguous[name]), field=field)
    return rows[unique[name]]["id"] if name in unique else None


def list_site_names(model: NamedModel, *conditions: Q, **columns: Expression) -> list[dict[str, Any]]:
    """Return id, name, site and further columns of the rows in reach, in the order of their ids; one statement."""
    site = Coalesce("hall__name", "area__name")
    rows: QuerySet[Any] = model._default_manager.filter(*conditions).order_by("pk")
    return list(rows.values("id", "name", site=site, **columns))


def find_label(row: Container | FeedStore) -> str:
    """Return how a container or feed store is written; one statement."""
    model = type(row)
    return str(model.objects.filter(pk=row.pk).values_list(build_label(model), flat=True).first() or row.name)


def read_container_labels() -> dict[int, str]:
    """Return how the containers in reach are written, by id; one statement."""
    return dict(Container.objects.values_list("pk", build_label(Container)))


def _build_name_condition(name: str) -> Q:
    """Return the condition of rows of which a text may be the name or `site/name`."""
    condition = Q(name=name)
    for position in (position for position, letter in enumerate(name) if letter == "/"):
        site, rest = name[:position], name[position + 1 :]
        condition |= Q(name=rest) & (Q(area__name=site) | Q(hall__name=site))
    return condition


class AnyOfArray(Func):
    """`column = ANY (array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def build_label(model: NamedModel, prefix: str = "") -> Case:
    """Return how lists write the name of a container or feed store."""
    ambiguous = AnyOfArray(F(f"{prefix}id"), RawSQL(build_ambiguous_sql(model._meta.db_table), []))
    site = Coalesce(F(f"{prefix}hall__name"), F(f"{prefix}area__name"))
    path = Concat(site, Value("/"), F(f"{prefix}name"))
    return Case(When(ambiguous, then=path), default=F(f"{prefix}name"))


def build_label_sql(table: str, alias: str) -> str:
    """Return the SQL of how a row is written; `list_labels` does the same with columns."""
    site = f"SELECT coalesce(h.name, a.name) FROM {table} k {SITE_JOINS} WHERE k.id = {alias}.id"
    ambiguous = f"{alias}.id = ANY({build_ambiguous_sql(table)})"
    return f"CASE WHEN {ambiguous} THEN ({site}) || '/' || {alias}.name ELSE {alias}.name END"


def build_ambiguous_sql(table: str) -> str:
    """Return the SQL of the ids of all rows whose name alone is not theirs alone; it is run once per statement."""
    return (
        "ARRAY(SELECT k.id FROM (SELECT *, count(*) OVER (PARTITION BY company_id, name) AS times"
        f" FROM {table}) k WHERE k.times > 1 OR (position('/' IN k.name) > 0 AND EXISTS ("
        f"SELECT FROM {table} o LEFT JOIN farm_hall h ON h.id = o.hall_id LEFT JOIN farm_area a ON a.id = o.area_id"
        " WHERE o.company_id = k.company_id AND o.id <> k.id"
        " AND coalesce(h.name, a.name) || '/' || o.name = k.name)))"
    )


SITE_JOINS = "LEFT JOIN farm_hall h ON h.id = k.hall_id LEFT JOIN farm_area a ON a.id = k.area_id"
CONTAINER_LABEL = build_label_sql("farm_container", "c")
"""The SQL of how container `c` is written."""
