"""What concerns the health of fish out of reach does not exist."""

from django.db import migrations

from grilse.access.reach import create_geography_policy, create_parent_policy
from grilse.access.tenancy import create_company_policy

EVENTS = ("licelimit", "licecount", "treatment", "healthsample", "healthscore")


class Migration(migrations.Migration):
    dependencies = [("health", "0003_history"), ("stock", "0008_reach")]

    operations = [
        *[create_company_policy(f"health_{name}event", append_only=True) for name in EVENTS],
        *[
            create_geography_policy(f"health_{name}", "placement_id")
            for kind in ("licecount", "treatment", "healthsample")
            for name in (kind, f"{kind}event")
        ],
        *[create_geography_policy(f"health_{name}", "geography_id") for name in ("licelimit", "licelimitevent")],
        *[
            create_parent_policy(f"health_{name}", "sample_id", "health_healthsample")
            for name in ("healthscore", "healthscoreevent")
        ],
    ]
