"""Health: lice and their limits, treatments, samples."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.fish import PLACEMENT
from grilse.exchange.tables.places import LABELLED_CONTAINERS
from grilse.health.models import HealthSample, HealthScore, LiceCount, LiceLimit, Treatment
from grilse.stock.models import Placement

DATE = PackageColumn("date", "the day", refuse_future=True)

LICE_LIMITS = PackageTable(
    name="lice_limits",
    description="Adult females per fish that rules allow in some weeks, between two dates.",
    key=("geography", "kind", "valid_from", "week_from"),
    source="health_licelimit x JOIN farm_geography g ON g.id = x.geography_id",
    model=LiceLimit,
    columns=(
        PackageColumn("geography", "where it applies", sql="g.name", references="geographies"),
        PackageColumn("kind", "what passing it means"),
        PackageColumn("valid_from", "its first day"),
        PackageColumn("valid_to", "the day after its last; blank while it applies"),
        PackageColumn("week_from", "its first week of the year", minimum=1, maximum=53),
        PackageColumn("week_to", "its last week of the year", minimum=1, maximum=53),
        PackageColumn("adult_females", "adult females per fish", minimum=0),
        PackageColumn("source", "the source of the rule"),
    ),
)

LICE = PackageTable(
    name="lice",
    description="Lice counts, as totals over the fish counted. A count belongs to the placement in the container"
    " that day.",
    key=("container", "date"),
    source="health_licecount x JOIN stock_placement p ON p.id = x.placement_id"
    f" JOIN {LABELLED_CONTAINERS} c ON c.id = p.container_id",
    fingerprint_source="health_licecount x JOIN stock_placement p ON p.id = x.placement_id"
    " JOIN farm_container c ON c.id = p.container_id",
    model=LiceCount,
    columns=(
        PackageColumn(
            "container", "where the fish were", joined_model=Placement, sql="c.name", references="containers"
        ),
        DATE,
        PackageColumn("fish_counted", "how many fish were looked at"),
        PackageColumn("lice_total", "salmon lice of all forms", field="total"),
        PackageColumn("adult_female", "adult females"),
        PackageColumn("mobile", "other mobile lice"),
        PackageColumn("attached", "attached lice"),
        PackageColumn("caligus", "Caligus elongatus"),
        PackageColumn("method", "how they were counted"),
    ),
)

TREATMENTS = PackageTable(
    name="treatments",
    description="Delousings, vaccinations and medications.",
    key=("placement", "kind", "method", "start_date"),
    source="health_treatment x JOIN stock_placement p ON p.id = x.placement_id",
    model=Treatment,
    columns=(
        PLACEMENT,
        PackageColumn("kind", "what it is"),
        PackageColumn("method", "how, as `thermal`"),
        PackageColumn("start_date", "its first day", field="start", refuse_future=True),
        PackageColumn("end_date", "its last day", field="stop"),
        PackageColumn("withdrawal_days", "days before the fish may be eaten", default="0"),
        PackageColumn("reason", "why"),
        PackageColumn("efficacy", "the share of adult females removed, where known"),
    ),
)

HEALTH_SAMPLES = PackageTable(
    name="health_samples",
    description="Fish looked over, a row for each parameter; all rows of a placement and day are one sample.",
    key=("placement", "date", "parameter"),
    source="health_healthsample x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN health_healthscore sc ON sc.sample_id = x.id",
    model=HealthSample,
    columns=(
        PLACEMENT,
        DATE,
        PackageColumn("fish", "how many fish were looked at; the same in all rows of a sample"),
        PackageColumn(
            "parameter",
            "what was scored, as `gill`; blank where nothing was",
            joined_model=HealthScore,
            sql="sc.parameter",
            presence="optional",
        ),
        *(
            PackageColumn(
                f"score_{level}",
                f"fish with score {level} ({meaning})",
                joined_model=HealthScore,
                sql=f"sc.score_{level}",
                presence="optional",
            )
            for level, meaning in enumerate(("sound", "mild", "moderate", "severe"))
        ),
    ),
)
