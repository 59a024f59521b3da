"""What rows were before each change, kept by triggers."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("planning", "0003_projection"), ("stock", "0006_rare")]

    operations = [
        migrations.CreateModel(
            name="PlannedStageEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("start", models.DateField()),
                ("stop", models.DateField()),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plannedstage",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "planning_plannedstageevent" ("batch_id", "company_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (NEW."batch_id", NEW."company_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."stage_id", NEW."start", NEW."stop"); RETURN NULL;',
                    hash="47fed8d12d2e738c10178ea909fa5c410749bdd4",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_7f942",
                    table="planning_plannedstage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plannedstage",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "planning_plannedstageevent" ("batch_id", "company_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (OLD."batch_id", OLD."company_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."stage_id", OLD."start", OLD."stop"); RETURN NULL;',
                    hash="2e6d705d6e1d4834fb208650f5feb8d066ff5e28",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_c29f3",
                    table="planning_plannedstage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plannedstage",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "planning_plannedstageevent" ("batch_id", "company_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (OLD."batch_id", OLD."company_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."stage_id", OLD."start", OLD."stop"); RETURN NULL;',
                    hash="21d983540823291e28d679b0d61315b0f5d0e822",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_9c1e3",
                    table="planning_plannedstage",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="plannedstageevent",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.batch",
            ),
        ),
        migrations.AddField(
            model_name="plannedstageevent",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.company",
            ),
        ),
        migrations.AddField(
            model_name="plannedstageevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="planning.plannedstage",
            ),
        ),
        migrations.AddField(
            model_name="plannedstageevent",
            name="stage",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.stage",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plannedstageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c047ce0c8919e7c272771e9b528db3f8161ee72e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6796a",
                    table="planning_plannedstageevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
