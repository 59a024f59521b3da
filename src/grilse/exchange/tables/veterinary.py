"""Health: lice and their limits, treatments, samples."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.fish import PLACEMENT

SMALL = 32_767
DATE = PackageColumn(
    name="date", kind="date", description="the day", sql="x.date", field="date", presence="filled", refuse_future=True
)


def build_count_column(name: str, field: str, about: str) -> PackageColumn:
    """Return the column of a total over the fish counted; blank where it was not recorded."""
    return PackageColumn(
        name=name, kind="integer", description=about, sql=f"x.{field}", field=field, minimum=0, maximum=2_147_483_647
    )


def build_score_column(level: int, meaning: str) -> PackageColumn:
    """Return the column of how many fish had a score."""
    return PackageColumn(
        name=f"score_{level}",
        kind="integer",
        description=f"fish with score {level} ({meaning})",
        sql=f"sc.score_{level}",
        minimum=0,
        maximum=SMALL,
    )


LICE_LIMITS = PackageTable(
    name="lice_limits",
    description="Adult females per fish that rules allow in some weeks, between two dates.",
    key=("geography", "kind", "valid_from", "week_from"),
    source="health_licelimit x JOIN farm_geography g ON g.id = x.geography_id",
    database_table="health_licelimit",
    columns=(
        PackageColumn(
            name="geography",
            kind="reference",
            references="geographies",
            description="where it holds",
            sql="g.name",
            field="geography_id",
            presence="filled",
        ),
        PackageColumn(
            name="kind",
            kind="choice",
            choices=("limit", "report", "act", "guidance"),
            description="what passing it means",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        PackageColumn(
            name="valid_from",
            kind="date",
            description="its first day",
            sql="x.valid_from",
            field="valid_from",
            presence="filled",
        ),
        PackageColumn(
            name="valid_to",
            kind="date",
            description="the day after its last; blank while it holds",
            sql="x.valid_to",
            field="valid_to",
        ),
        PackageColumn(
            name="week_from",
            kind="integer",
            description="its first week of the year",
            sql="x.week_from",
            field="week_from",
            presence="filled",
            minimum=1,
            maximum=53,
        ),
        PackageColumn(
            name="week_to",
            kind="integer",
            description="its last week of the year",
            sql="x.week_to",
            field="week_to",
            presence="filled",
            minimum=1,
            maximum=53,
        ),
        PackageColumn(
            name="adult_females",
            kind="number",
            description="adult females per fish",
            sql="x.adult_females",
            field="adult_females",
            presence="filled",
            minimum=0,
        ),
        PackageColumn(
            name="source",
            kind="text",
            max_length=200,
            description="where the rule stands",
            sql="x.source",
            field="source",
        ),
    ),
)

LICE = PackageTable(
    name="lice",
    description="Lice counts, as totals over the fish counted. A count attaches to the placement that stands in the"
    " container that day.",
    key=("container", "date"),
    source="health_licecount x JOIN stock_placement p ON p.id = x.placement_id"
    " JOIN farm_container c ON c.id = p.container_id",
    database_table="health_licecount",
    columns=(
        PackageColumn(
            name="container",
            kind="reference",
            references="containers",
            description="where the fish stood",
            sql="c.name",
            presence="filled",
        ),
        DATE,
        PackageColumn(
            name="fish_counted",
            kind="integer",
            description="how many fish were looked at",
            sql="x.fish_counted",
            field="fish_counted",
            presence="filled",
            minimum=1,
            maximum=SMALL,
        ),
        build_count_column("lice_total", "total", "salmon lice of all forms"),
        build_count_column("adult_female", "adult_female", "adult females"),
        build_count_column("mobile", "mobile", "other mobile lice"),
        build_count_column("attached", "attached", "attached lice"),
        build_count_column("caligus", "caligus", "Caligus elongatus"),
        PackageColumn(
            name="method",
            kind="text",
            max_length=12,
            description="how they were counted",
            sql="x.method",
            field="method",
        ),
    ),
)

TREATMENTS = PackageTable(
    name="treatments",
    description="Delousings, vaccinations and medications.",
    key=("placement", "kind", "method", "start_date"),
    source="health_treatment x JOIN stock_placement p ON p.id = x.placement_id",
    database_table="health_treatment",
    columns=(
        PLACEMENT,
        PackageColumn(
            name="kind",
            kind="choice",
            choices=("delousing", "vaccination", "medication"),
            description="what it is",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        PackageColumn(
            name="method",
            kind="text",
            max_length=40,
            description="how, as `thermal`",
            sql="x.method",
            field="method",
            presence="filled",
        ),
        PackageColumn(
            name="start_date",
            kind="date",
            description="its first day",
            sql="x.start",
            field="start",
            presence="filled",
            refuse_future=True,
        ),
        PackageColumn(
            name="end_date", kind="date", description="its last day", sql="x.stop", field="stop", presence="filled"
        ),
        PackageColumn(
            name="withdrawal_days",
            kind="integer",
            description="days before the fish may be eaten",
            sql="x.withdrawal_days",
            field="withdrawal_days",
            default="0",
            minimum=0,
            maximum=SMALL,
        ),
        PackageColumn(name="reason", kind="text", max_length=80, description="why", sql="x.reason", field="reason"),
        PackageColumn(
            name="efficacy",
            kind="number",
            description="the share of adult females removed, where known",
            sql="x.efficacy",
            field="efficacy",
            minimum=0,
            maximum=1,
        ),
    ),
)

HEALTH_SAMPLES = PackageTable(
    name="health_samples",
    description="Fish looked over, a row for each parameter; all rows of a placement and day are one sample.",
    key=("placement", "date", "parameter"),
    source="health_healthsample x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN health_healthscore sc ON sc.sample_id = x.id",
    database_table="health_healthsample",
    columns=(
        PLACEMENT,
        DATE,
        PackageColumn(
            name="fish",
            kind="integer",
            description="how many fish were looked at; the same in all rows of a sample",
            sql="x.fish",
            field="fish",
            presence="filled",
            minimum=1,
            maximum=SMALL,
        ),
        PackageColumn(
            name="parameter",
            kind="text",
            max_length=20,
            description="what was scored, as `gill`; blank where nothing was",
            sql="sc.parameter",
        ),
        build_score_column(0, "sound"),
        build_score_column(1, "mild"),
        build_score_column(2, "moderate"),
        build_score_column(3, "severe"),
    ),
)
