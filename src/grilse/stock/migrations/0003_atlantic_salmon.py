"""The six stages of Atlantic salmon."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STAGES = [
    (1, "Egg&Alevin", 0.05, 0.5, "fresh"),
    (2, "Fry", 0.1, 10.0, "fresh"),
    (3, "Parr", 4.0, 90.0, "fresh"),
    (4, "Smolt", 40.0, 260.0, "fresh"),
    (5, "Post-Smolt", 120.0, 800.0, "fresh"),
    (6, "Adult", 70.0, 9000.0, "sea"),
]


def add(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the species and its stages."""
    database = schema_editor.connection.alias
    species = apps.get_model("stock", "Species").objects.using(database).create(name="Atlantic Salmon")
    stage = apps.get_model("stock", "Stage")
    for order, name, lightest, heaviest, water in STAGES:
        stage.objects.using(database).create(
            species=species, order=order, name=name, min_weight_g=lightest, max_weight_g=heaviest, water=water
        )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the species and its stages away."""
    database = schema_editor.connection.alias
    apps.get_model("stock", "Stage").objects.using(database).all().delete()
    apps.get_model("stock", "Species").objects.using(database).all().delete()


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_rules")]

    operations = [migrations.RunPython(add, remove)]
