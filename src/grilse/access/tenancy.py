"""The company as tenant: base classes of its tables, and the settings that a transaction carries."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction

from grilse.errors import GrilseError

COMPANY_SQL = "nullif(current_setting('app.company', true), '')::bigint"
USER_SQL = "nullif(current_setting('app.user', true), '')::bigint"
# In a policy, a sub-select is evaluated once per statement and lets an index be used.
CURRENT_COMPANY_SQL = f"(SELECT {COMPANY_SQL})"
ALL_GEOGRAPHIES_SQL = "(SELECT current_setting('app.geographies', true) = '*')"


def company_key() -> models.ForeignKey:
    """Return the reference of a row to the company that owns it."""
    return models.ForeignKey("access.Company", on_delete=models.PROTECT, db_index=False, related_name="+")


def company_reference() -> models.ForeignKey:
    """Return the same reference without a constraint, for the largest tables."""
    return models.ForeignKey(
        "access.Company", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )


class TenantModel(models.Model):
    """A row that belongs to one company."""

    company = company_key()

    class Meta:
        abstract = True


class TenantLeaf(models.Model):
    """A row of the largest tables, whose references `grilse check data` checks in place of foreign keys."""

    company = company_reference()

    class Meta:
        abstract = True


def tenant_foreign_key(to: str, *, null: bool = False, related_name: str = "+") -> models.ForeignKey:
    """Return a reference whose constraint, made by `create_company_references`, includes the company."""
    return models.ForeignKey(
        to,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        null=null,
        blank=null,
        related_name=related_name,
    )


@contextmanager
def tenant_transaction(
    company_id: int, user_id: int | None = None, geographies: Collection[int] | None = None
) -> Iterator[None]:
    """Open a transaction in which only this company's rows exist; costs one statement.

    With geographies, only rows of these geographies exist.
    """
    reach = ALL_GEOGRAPHIES if geographies is None else format_geographies(geographies)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            OPEN_TENANT_SQL,
            {"company": str(company_id), "user": "" if user_id is None else str(user_id), "reach": reach},
        )
        with remember_geographies(reach):
            yield


def call_in_each_company(function: Callable[[], int]) -> int:
    """Call a function in a transaction of each company, as periodic tasks do, and return the sum of its results.

    An error in one company does not keep the others from their turn; it is raised at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT farm_company_ids()")
        companies = [row[0] for row in cursor.fetchall()]
    results, errors = [], []
    for company in companies:
        try:
            with tenant_transaction(company):
                results.append(function())
        except Exception as error:
            error.add_note(f"company {company}")
            errors.append(error)
    if errors:
        raise ExceptionGroup("in some companies", errors)
    return sum(results)


@contextmanager
def lift_geography_limit() -> Iterator[None]:
    """Lift the limit to some geographies within the transaction, for work on whole batches.

    An estimate covers all fish of a batch, for every editor. Nothing read under it may leave the transaction.
    """
    with _set_reach(ALL_GEOGRAPHIES):
        yield


@contextmanager
def limit_geographies(geographies: Collection[int]) -> Iterator[None]:
    """Limit the transaction to some of its geographies within."""
    with _set_reach(format_geographies(geographies)):
        yield


@contextmanager
def _set_reach(reach: str) -> Iterator[None]:
    before = _reach.get()
    if before == reach:
        yield
        return
    _set_config("app.geographies", reach)
    with remember_geographies(reach):
        yield
    # After an error the transaction ends, and its settings with it.
    _set_config("app.geographies", before)


@contextmanager
def remember_geographies(reach: str) -> Iterator[None]:
    """Remember the geographies of the transaction."""
    token = _reach.set(reach)
    try:
        yield
    finally:
        _reach.reset(token)


def format_geographies(geographies: Collection[int]) -> str:
    """Return geographies as the setting `app.geographies` holds them."""
    return "{" + ",".join(str(id) for id in sorted(geographies)) + "}"


def lock_until_commit(key: int, *, shared: bool = False) -> None:
    """Take an advisory lock until the transaction ends; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(%s)", [key])


def set_change_reason(reason: str) -> None:
    """Store a reason with the later changes of the transaction; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(SET_REASON_SQL, {"reason": reason})


def _set_config(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


@dataclass(frozen=True, kw_only=True, slots=True)
class CurrentActor:
    """The company and the login of the transaction."""

    company: int
    user: int | None


def get_current_actor() -> CurrentActor:
    """Return the company and the login of the transaction; one statement. Raises outside `tenant_transaction`."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT_ACTOR_SQL)
        company, user = cursor.fetchone()
    if company is None:
        raise GrilseError("no company is acted for: open a transaction with tenant_transaction first")
    return CurrentActor(company=company, user=user)


ALL_GEOGRAPHIES = "*"
_reach: ContextVar[str] = ContextVar("reach", default=ALL_GEOGRAPHIES)

# Triggers store `pghistory.context_metadata` with each change.
OPEN_TENANT_SQL = """
SELECT set_config('app.company', %(company)s, true), set_config('app.user', %(user)s, true),
       set_config('app.geographies', %(reach)s, true), set_config('app.reason', '', true),
       set_config('pghistory.context_metadata',
                  json_build_object('user', nullif(%(user)s, '')::bigint)::text, true)
"""
SET_REASON_SQL = """
SELECT set_config('app.reason', %(reason)s, true),
       set_config('pghistory.context_metadata',
                  json_build_object('user', nullif(current_setting('app.user', true), '')::bigint,
                                    'reason', %(reason)s)::text, true)
"""
CURRENT_ACTOR_SQL = """
SELECT nullif(current_setting('app.company', true), '')::bigint,
       nullif(current_setting('app.user', true), '')::bigint
"""
