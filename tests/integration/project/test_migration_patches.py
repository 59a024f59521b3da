"""Migrations that render what they change send the database what Django's own way sends it."""

from contextlib import nullcontext

import pgtrigger.compiler
import pgtrigger.migrations
import pytest
from django.db import connections, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from grilse.project import migration_patches

OWNER = "owner"
SET_ASIDE = pgtrigger.compiler.Trigger(
    name="set_aside",
    sql=pgtrigger.compiler.UpsertTriggerSql(
        func="RETURN NULL;", hash="1", operation="DELETE", pgid="pgtrigger_away", table="quay_fish", when="AFTER"
    ),
)


def build_foreign_key(to, **options):
    return models.ForeignKey(to, on_delete=models.CASCADE, **options)


def check_models(apps, editor):
    """What Python code of a migration follows from a fish is what it finds by name."""
    fish = apps.get_model("quay", "fish")
    assert fish._meta.get_field("pen").related_model is apps.get_model("quay", "pen")
    assert {relation.name for relation in apps.get_model("quay", "pen")._meta.related_objects} == {"fish", "boats"}


def build_create_operations():
    """Tables that point at one another, and what comes to them later."""
    return [
        migrations.CreateModel("Site", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Pen", [("id", models.AutoField(primary_key=True)), ("site", build_foreign_key("quay.Site"))]
        ),
        migrations.CreateModel(
            "Fish", [("id", models.BigAutoField(primary_key=True)), ("mother", build_foreign_key("self", null=True))]
        ),
        migrations.AddField("fish", "pen", build_foreign_key("quay.Pen", related_name="fish")),
        migrations.AddField("fish", "kg", models.FloatField(null=True)),
        migrations.AddField("site", "name", models.CharField(max_length=40, unique=True)),
        migrations.CreateModel(
            "Boat",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("pens", models.ManyToManyField("quay.Pen", related_name="boats")),
            ],
        ),
    ]


def build_change_operations():
    """Rules, a trigger, a look at the models, and changes that other tables have to follow."""
    return [
        migrations.AddIndex("fish", models.Index(fields=["pen", "kg"], name="quay_fish_of")),
        migrations.AddConstraint("fish", models.CheckConstraint(condition=models.Q(kg__gt=0), name="quay_fish_kg")),
        pgtrigger.migrations.AddTrigger("fish", SET_ASIDE),
        migrations.RunPython(check_models),
        migrations.AlterField("site", "id", models.BigAutoField(primary_key=True)),
        migrations.AlterField("pen", "id", models.BigAutoField(primary_key=True)),
    ]


def build_rename_operations():
    """Other names, and one thing less."""
    return [
        migrations.RenameField("fish", "kg", "weight_kg"),
        migrations.RenameModel("Pen", "Cage"),
        migrations.AddField("site", "best", build_foreign_key("quay.Cage", null=True, related_name="+")),
        migrations.RemoveField("fish", "mother"),
    ]


def record_statements(context):
    """The statements of all, sent and taken back; in Django's order of related tables is no order."""
    state = ProjectState()
    assert state.apps is not None  # rendered from the start, as the command to migrate does
    with transaction.atomic(using=OWNER), context, CaptureQueriesContext(connections[OWNER]) as captured:
        for operations in (build_create_operations(), build_change_operations(), build_rename_operations()):
            step = migrations.Migration("step", "quay")
            step.operations = operations
            with connections[OWNER].schema_editor(atomic=False) as editor:
                step.apply(state, editor)
        transaction.set_rollback(True, using=OWNER)
    return sorted(query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"])


@pytest.mark.usefixtures("database")
def test_the_database_is_sent_the_same_statements():
    sparing, usual = record_statements(migration_patches.render_changed_models()), record_statements(nullcontext())

    assert sparing == usual
    assert any('ALTER COLUMN "pen_id" TYPE bigint' in statement for statement in usual)


def test_a_step_renders_no_model_that_it_leaves_as_it_is():
    state = ProjectState()
    for operation in build_create_operations():
        operation.state_forwards("quay", state)
    pen = state.apps.get_model("quay", "pen")

    with migration_patches.render_changed_models():
        migrations.AddField("fish", "age", models.IntegerField(null=True)).state_forwards("quay", state)
        migrations.AddField("fish", "site", build_foreign_key("quay.Site", null=True)).state_forwards("quay", state)

    assert state.apps.get_model("quay", "pen") is pen
    assert {"age", "site"} <= {field.name for field in state.apps.get_model("quay", "fish")._meta.fields}
