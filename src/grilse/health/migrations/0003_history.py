"""What rows were before each change, kept by triggers."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("health", "0002_rules"), ("stock", "0006_rare")]

    operations = [
        migrations.CreateModel(
            name="HealthSampleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("fish", models.PositiveSmallIntegerField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="HealthScoreEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("parameter", models.CharField(max_length=20)),
                ("score_0", models.PositiveSmallIntegerField()),
                ("score_1", models.PositiveSmallIntegerField()),
                ("score_2", models.PositiveSmallIntegerField()),
                ("score_3", models.PositiveSmallIntegerField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="LiceCountEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("fish_counted", models.PositiveSmallIntegerField()),
                ("adult_female", models.PositiveIntegerField(null=True)),
                ("mobile", models.PositiveIntegerField(null=True)),
                ("attached", models.PositiveIntegerField(null=True)),
                ("total", models.PositiveIntegerField(null=True)),
                ("caligus", models.PositiveIntegerField(null=True)),
                ("method", models.CharField(blank=True, db_default="", max_length=12)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="LiceLimitEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("limit", "Limit"), ("report", "Report"), ("act", "Act"), ("guidance", "Guidance")],
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("week_from", models.PositiveSmallIntegerField()),
                ("week_to", models.PositiveSmallIntegerField()),
                ("adult_females", models.FloatField()),
                ("source", models.CharField(blank=True, max_length=200)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="TreatmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delousing", "Delousing"),
                            ("vaccination", "Vaccination"),
                            ("medication", "Medication"),
                        ],
                        max_length=12,
                    ),
                ),
                ("method", models.CharField(max_length=40)),
                ("start", models.DateField()),
                ("stop", models.DateField()),
                ("withdrawal_days", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("reason", models.CharField(blank=True, db_default="", max_length=80)),
                ("efficacy", models.FloatField(null=True)),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthsample",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "health_healthsampleevent" ("company_id", "date", "fish", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (NEW."company_id", NEW."date", NEW."fish", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id"); RETURN NULL;',
                    hash="b3c81ea9c3b45fd6019db35773a11e5adbc1b6ac",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_ab43f",
                    table="health_healthsample",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthsample",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "health_healthsampleevent" ("company_id", "date", "fish", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."date", OLD."fish", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="7c8b535affb578c58a46b392f6eb31a71519abf0",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_c898d",
                    table="health_healthsample",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthsample",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "health_healthsampleevent" ("company_id", "date", "fish", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."date", OLD."fish", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="25d32149c20e62b90e88a368c342f99b51628235",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_0de53",
                    table="health_healthsample",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthscore",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "health_healthscoreevent" ("company_id", "id", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "score_0", "score_1", "score_2", "score_3") VALUES (NEW."company_id", NEW."id", NEW."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."sample_id", NEW."score_0", NEW."score_1", NEW."score_2", NEW."score_3"); RETURN NULL;',
                    hash="9e107553d1f56ddb566a7b3f2ddc813c603d5e89",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_3fbd5",
                    table="health_healthscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthscore",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "health_healthscoreevent" ("company_id", "id", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "score_0", "score_1", "score_2", "score_3") VALUES (OLD."company_id", OLD."id", OLD."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."sample_id", OLD."score_0", OLD."score_1", OLD."score_2", OLD."score_3"); RETURN NULL;',
                    hash="4d286ffa0dd8d18655a6a7d1555369879572ebf7",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_7fa77",
                    table="health_healthscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthscore",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "health_healthscoreevent" ("company_id", "id", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "score_0", "score_1", "score_2", "score_3") VALUES (OLD."company_id", OLD."id", OLD."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."sample_id", OLD."score_0", OLD."score_1", OLD."score_2", OLD."score_3"); RETURN NULL;',
                    hash="b248d20efadc1a8db692ea8ff777b475e9690530",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_88117",
                    table="health_healthscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licecount",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "health_licecountevent" ("adult_female", "attached", "caligus", "company_id", "date", "fish_counted", "id", "method", "mobile", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "total") VALUES (NEW."adult_female", NEW."attached", NEW."caligus", NEW."company_id", NEW."date", NEW."fish_counted", NEW."id", NEW."method", NEW."mobile", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id", NEW."total"); RETURN NULL;',
                    hash="2e5e9bb536908b1176477065d4f94b86f8f1849e",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_8587e",
                    table="health_licecount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licecount",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "health_licecountevent" ("adult_female", "attached", "caligus", "company_id", "date", "fish_counted", "id", "method", "mobile", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "total") VALUES (OLD."adult_female", OLD."attached", OLD."caligus", OLD."company_id", OLD."date", OLD."fish_counted", OLD."id", OLD."method", OLD."mobile", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id", OLD."total"); RETURN NULL;',
                    hash="fb6dea10400dea878820b1e1a4534b1f6be65ee1",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_76159",
                    table="health_licecount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licecount",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "health_licecountevent" ("adult_female", "attached", "caligus", "company_id", "date", "fish_counted", "id", "method", "mobile", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "total") VALUES (OLD."adult_female", OLD."attached", OLD."caligus", OLD."company_id", OLD."date", OLD."fish_counted", OLD."id", OLD."method", OLD."mobile", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id", OLD."total"); RETURN NULL;',
                    hash="8caf8ea52eb60ac980dbb6d0dc407da1bdfe0312",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_66484",
                    table="health_licecount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licelimit",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "health_licelimitevent" ("adult_females", "company_id", "geography_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "week_from", "week_to") VALUES (NEW."adult_females", NEW."company_id", NEW."geography_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to", NEW."week_from", NEW."week_to"); RETURN NULL;',
                    hash="db1b04fbf2132514be161a734cadeea591736bff",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_870dd",
                    table="health_licelimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licelimit",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "health_licelimitevent" ("adult_females", "company_id", "geography_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "week_from", "week_to") VALUES (OLD."adult_females", OLD."company_id", OLD."geography_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."source", OLD."valid_from", OLD."valid_to", OLD."week_from", OLD."week_to"); RETURN NULL;',
                    hash="32e2763bfd4e2d840ae837ff2b285b3d8e608560",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_f4aec",
                    table="health_licelimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licelimit",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "health_licelimitevent" ("adult_females", "company_id", "geography_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "week_from", "week_to") VALUES (OLD."adult_females", OLD."company_id", OLD."geography_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."source", OLD."valid_from", OLD."valid_to", OLD."week_from", OLD."week_to"); RETURN NULL;',
                    hash="7fd284cdaedfbf757dd6d1f39f97ff0b6971cc99",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_0cabb",
                    table="health_licelimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatment",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "health_treatmentevent" ("company_id", "efficacy", "id", "kind", "method", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "reason", "start", "stop", "withdrawal_days") VALUES (NEW."company_id", NEW."efficacy", NEW."id", NEW."kind", NEW."method", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id", NEW."reason", NEW."start", NEW."stop", NEW."withdrawal_days"); RETURN NULL;',
                    hash="bddde3c24c5bb57692ad6ae7c94f6eb6e0620e7c",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_71c9f",
                    table="health_treatment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatment",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "health_treatmentevent" ("company_id", "efficacy", "id", "kind", "method", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "reason", "start", "stop", "withdrawal_days") VALUES (OLD."company_id", OLD."efficacy", OLD."id", OLD."kind", OLD."method", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id", OLD."reason", OLD."start", OLD."stop", OLD."withdrawal_days"); RETURN NULL;',
                    hash="b26e397649b427a8834c480a81c9705bfc5c5488",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_20ba6",
                    table="health_treatment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatment",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "health_treatmentevent" ("company_id", "efficacy", "id", "kind", "method", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "reason", "start", "stop", "withdrawal_days") VALUES (OLD."company_id", OLD."efficacy", OLD."id", OLD."kind", OLD."method", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id", OLD."reason", OLD."start", OLD."stop", OLD."withdrawal_days"); RETURN NULL;',
                    hash="8e621390a3424993c12ee10020bcc61c36d2beb4",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_b7bc6",
                    table="health_treatment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="healthsampleevent",
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
            model_name="healthsampleevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.healthsample",
            ),
        ),
        migrations.AddField(
            model_name="healthsampleevent",
            name="placement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.placement",
            ),
        ),
        migrations.AddField(
            model_name="healthscoreevent",
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
            model_name="healthscoreevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.healthscore",
            ),
        ),
        migrations.AddField(
            model_name="healthscoreevent",
            name="sample",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="health.healthsample",
            ),
        ),
        migrations.AddField(
            model_name="licecountevent",
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
            model_name="licecountevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.licecount",
            ),
        ),
        migrations.AddField(
            model_name="licecountevent",
            name="placement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.placement",
            ),
        ),
        migrations.AddField(
            model_name="licelimitevent",
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
            model_name="licelimitevent",
            name="geography",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.geography",
            ),
        ),
        migrations.AddField(
            model_name="licelimitevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.licelimit",
            ),
        ),
        migrations.AddField(
            model_name="treatmentevent",
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
            model_name="treatmentevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.treatment",
            ),
        ),
        migrations.AddField(
            model_name="treatmentevent",
            name="placement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.placement",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthsampleevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5e2089ac95873c96d3b31d547872e53f95539749",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_73adc",
                    table="health_healthsampleevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="healthscoreevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ac9ce03f5cd02b568406867e69b3e6de21121d7d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0f2c1",
                    table="health_healthscoreevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licecountevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e9eff7b611356226bdcb4843e32549f5d1a5f23a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_62a80",
                    table="health_licecountevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="licelimitevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ee7f7e8407709013bf7bf1dad19e5ec62dd1ae07",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_47210",
                    table="health_licelimitevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treatmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="edf60fc9e90c1ecf3aed27b0f3ce9e16e90a21cd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_efa5a",
                    table="health_treatmentevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
