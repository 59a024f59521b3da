"""Health: lice and their limits, treatments, samples."""

from grilse.exchange.columns import Column, PackageTable
from grilse.exchange.tables.fish import PLACEMENT

SMALL = 32_767
DATE = Column(
    name="date", kind="date", about="the day", sql="x.date", field="date", presence="filled", happened=True
)


def tally(name: str, field: str, about: str) -> Column:
    """Return the column of a total over the fish counted; blank where it was not recorded."""
    return Column(
        name=name, kind="integer", about=about, sql=f"x.{field}", field=field, least=0, most=2_147_483_647
    )


def score(level: int, meaning: str) -> Column:
    """Return the column of how many fish had a score."""
    return Column(
        name=f"score_{level}",
        kind="integer",
        about=f"fish with score {level} ({meaning})",
        sql=f"sc.score_{level}",
        least=0,
        most=SMALL,
    )


LICE_LIMITS = PackageTable(
    name="lice_limits",
    about="Adult females per fish that rules allow in some weeks, between two dates.",
    key=("geography", "kind", "valid_from", "week_from"),
    source="health_licelimit x JOIN farm_geography g ON g.id = x.geography_id",
    written="health_licelimit",
    columns=(
        Column(
            name="geography",
            kind="reference",
            to="geographies",
            about="where it holds",
            sql="g.name",
            field="geography_id",
            presence="filled",
        ),
        Column(
            name="kind",
            kind="choice",
            choices=("limit", "report", "act", "guidance"),
            about="what passing it means",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        Column(
            name="valid_from",
            kind="date",
            about="its first day",
            sql="x.valid_from",
            field="valid_from",
            presence="filled",
        ),
        Column(
            name="valid_to",
            kind="date",
            about="the day after its last; blank while it holds",
            sql="x.valid_to",
            field="valid_to",
        ),
        Column(
            name="week_from",
            kind="integer",
            about="its first week of the year",
            sql="x.week_from",
            field="week_from",
            presence="filled",
            least=1,
            most=53,
        ),
        Column(
            name="week_to",
            kind="integer",
            about="its last week of the year",
            sql="x.week_to",
            field="week_to",
            presence="filled",
            least=1,
            most=53,
        ),
        Column(
            name="adult_females",
            kind="number",
            about="adult females per fish",
            sql="x.adult_females",
            field="adult_females",
            presence="filled",
            least=0,
        ),
        Column(
            name="source",
            kind="text",
            longest=200,
            about="where the rule stands",
            sql="x.source",
            field="source",
        ),
    ),
)

LICE = PackageTable(
    name="lice",
    about="Lice counts, as totals over the fish counted. A count attaches to the placement that stands in the"
    " container that day.",
    key=("container", "date"),
    source="health_licecount x JOIN stock_placement p ON p.id = x.placement_id"
    " JOIN farm_container c ON c.id = p.container_id",
    written="health_licecount",
    columns=(
        Column(
            name="container",
            kind="reference",
            to="containers",
            about="where the fish stood",
            sql="c.name",
            presence="filled",
        ),
        DATE,
        Column(
            name="fish_counted",
            kind="integer",
            about="how many fish were looked at",
            sql="x.fish_counted",
            field="fish_counted",
            presence="filled",
            least=1,
            most=SMALL,
        ),
        tally("lice_total", "total", "salmon lice of all forms"),
        tally("adult_female", "adult_female", "adult females"),
        tally("mobile", "mobile", "other mobile lice"),
        tally("attached", "attached", "attached lice"),
        tally("caligus", "caligus", "Caligus elongatus"),
        Column(
            name="method",
            kind="text",
            longest=12,
            about="how they were counted",
            sql="x.method",
            field="method",
        ),
    ),
)

TREATMENTS = PackageTable(
    name="treatments",
    about="Delousings, vaccinations and medications.",
    key=("placement", "kind", "method", "start_date"),
    source="health_treatment x JOIN stock_placement p ON p.id = x.placement_id",
    written="health_treatment",
    columns=(
        PLACEMENT,
        Column(
            name="kind",
            kind="choice",
            choices=("delousing", "vaccination", "medication"),
            about="what it is",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        Column(
            name="method",
            kind="text",
            longest=40,
            about="how, as `thermal`",
            sql="x.method",
            field="method",
            presence="filled",
        ),
        Column(
            name="start_date",
            kind="date",
            about="its first day",
            sql="x.start",
            field="start",
            presence="filled",
            happened=True,
        ),
        Column(
            name="end_date",
            kind="date",
            about="its last day",
            sql="x.stop",
            field="stop",
            presence="filled",
        ),
        Column(
            name="withdrawal_days",
            kind="integer",
            about="days before the fish may be eaten",
            sql="x.withdrawal_days",
            field="withdrawal_days",
            default="0",
            least=0,
            most=SMALL,
        ),
        Column(name="reason", kind="text", longest=80, about="why", sql="x.reason", field="reason"),
        Column(
            name="efficacy",
            kind="number",
            about="the share of adult females removed, where known",
            sql="x.efficacy",
            field="efficacy",
            least=0,
            most=1,
        ),
    ),
)

HEALTH_SAMPLES = PackageTable(
    name="health_samples",
    about="Fish looked over, a row for each parameter; all rows of a placement and day are one sample.",
    key=("placement", "date", "parameter"),
    source="health_healthsample x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN health_healthscore sc ON sc.sample_id = x.id",
    written="health_healthsample",
    columns=(
        PLACEMENT,
        DATE,
        Column(
            name="fish",
            kind="integer",
            about="how many fish were looked at; the same in all rows of a sample",
            sql="x.fish",
            field="fish",
            presence="filled",
            least=1,
            most=SMALL,
        ),
        Column(
            name="parameter",
            kind="text",
            longest=20,
            about="what was scored, as `gill`; blank where nothing was",
            sql="sc.parameter",
        ),
        score(0, "sound"),
        score(1, "mild"),
        score(2, "moderate"),
        score(3, "severe"),
    ),
)
