"""Row policies of health records, references within a company, and the tree of causes of death."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_geography_policy,
    create_parent_policy,
    with_events,
)

PLACEMENT_TABLES = ("health_licecount", "health_treatment", "health_healthsample")
CAUSES = [
    ("INFECTIOUS", "Infectious disease", ""),
    ("CMS", "Cardiomyopathy syndrome", "INFECTIOUS"),
    ("PD", "Pancreas disease", "INFECTIOUS"),
    ("AGD", "Amoebic gill disease", "INFECTIOUS"),
    ("WINTER_ULCER", "Winter ulcer", "INFECTIOUS"),
    ("TRAUMA", "Trauma", ""),
    ("TREATMENT", "Delousing", "TRAUMA"),
    ("HANDLING", "Handling", "TRAUMA"),
    ("PREDATOR", "Predator", "TRAUMA"),
    ("PHYSIOLOGICAL", "Physiological", ""),
    ("DEFORMITY", "Deformity", "PHYSIOLOGICAL"),
    ("SMOLTIFICATION", "Failed smoltification", "PHYSIOLOGICAL"),
    ("ENVIRONMENTAL", "Environmental", ""),
    ("OXYGEN", "Low oxygen", "ENVIRONMENTAL"),
    ("ALGAE", "Algae or jellyfish", "ENVIRONMENTAL"),
    ("UNKNOWN", "Unknown", ""),
]


def add_causes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the tree, parents first, if it is missing."""
    causes = apps.get_model("health", "MortalityCause").objects.using(schema_editor.connection.alias)
    known = {"": None}
    for code, name, parent in () if causes.exists() else CAUSES:
        known[code] = causes.create(code=code, name=name, parent=known[parent])


class Migration(migrations.Migration):
    dependencies = [("health", "0001_tables"), ("stock", "0002_rules")]

    operations = [
        *create_company_policy("health_licelimit", tracked=True),
        *[operation for table in PLACEMENT_TABLES for operation in create_company_policy(table, tracked=True)],
        *create_company_policy("health_healthscore", tracked=True),
        create_company_key("health_healthsample"),
        create_company_references("health_licelimit", geography_id="farm_geography"),
        *[create_company_references(table, placement_id="stock_placement") for table in PLACEMENT_TABLES],
        create_company_references("health_healthscore", sample_id="health_healthsample"),
        *[create_geography_policy(table, "placement_id") for table in with_events(*PLACEMENT_TABLES)],
        *[create_geography_policy(table, "geography_id") for table in with_events("health_licelimit")],
        *[
            create_parent_policy(table, "sample_id", "health_healthsample")
            for table in with_events("health_healthscore")
        ],
        migrations.RunPython(add_causes, migrations.RunPython.noop),
    ]
