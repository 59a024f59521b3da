"""Isolation of companies, references within one, and the tree of causes of death."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from grilse.access.tenancy import create_company_key, create_company_policy, create_company_references

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


def add(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the tree, parents first."""
    database = schema_editor.connection.alias
    causes = apps.get_model("health", "MortalityCause").objects.using(database)
    known = {"": None}
    for code, name, above in CAUSES:
        known[code] = causes.create(code=code, name=name, parent=known[above])


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the tree away, leaves first."""
    causes = apps.get_model("health", "MortalityCause").objects.using(schema_editor.connection.alias)
    causes.filter(parent__isnull=False).delete()
    causes.all().delete()


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial"), ("farm", "0002_rules"), ("stock", "0002_rules")]

    operations = [
        *[
            create_company_policy(f"health_{name}")
            for name in ("licelimit", "licecount", "treatment", "healthsample", "healthscore")
        ],
        create_company_key("health_healthsample"),
        create_company_references("health_licelimit", geography_id="farm_geography"),
        create_company_references("health_licecount", placement_id="stock_placement"),
        create_company_references("health_treatment", placement_id="stock_placement"),
        create_company_references("health_healthsample", placement_id="stock_placement"),
        create_company_references("health_healthscore", sample_id="health_healthsample"),
        migrations.RunPython(add, remove),
    ]
