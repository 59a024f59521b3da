"""What rows were before each change, kept by triggers."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("growth", "0003_hindsight")]

    operations = [
        migrations.CreateModel(
            name="GrowthModelEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("tgc", models.JSONField()),
                ("source", models.CharField(blank=True, max_length=200)),
                ("learned_before", models.DateField(null=True)),
                ("learned", models.JSONField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="MortalityModelEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("monthly_rate", models.JSONField()),
                ("source", models.CharField(blank=True, max_length=200)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="TemperatureProfileEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("day_of_year", models.PositiveSmallIntegerField()),
                ("temperature_c", models.FloatField()),
                ("sd_c", models.FloatField()),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="growthmodel",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "growth_growthmodelevent" ("company_id", "id", "learned", "learned_before", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tgc") VALUES (NEW."company_id", NEW."id", NEW."learned", NEW."learned_before", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."source", NEW."tgc"); RETURN NULL;',
                    hash="87d28ae431af96153ae9fe30c41406cb1c06555d",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_0fa3f",
                    table="growth_growthmodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="growthmodel",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "growth_growthmodelevent" ("company_id", "id", "learned", "learned_before", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tgc") VALUES (OLD."company_id", OLD."id", OLD."learned", OLD."learned_before", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."source", OLD."tgc"); RETURN NULL;',
                    hash="4ca95923bbe454f3995297588b63cc807e17587d",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_df1a9",
                    table="growth_growthmodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="growthmodel",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "growth_growthmodelevent" ("company_id", "id", "learned", "learned_before", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tgc") VALUES (OLD."company_id", OLD."id", OLD."learned", OLD."learned_before", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."source", OLD."tgc"); RETURN NULL;',
                    hash="cae95a4bb7d70fd4fdd9e6ab447f6b08f3129ed7",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_97496",
                    table="growth_growthmodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mortalitymodel",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "growth_mortalitymodelevent" ("company_id", "id", "monthly_rate", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."company_id", NEW."id", NEW."monthly_rate", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."source"); RETURN NULL;',
                    hash="4c8cfbc95136e14baede9f6f2fdb49bedeb4e17b",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_9d824",
                    table="growth_mortalitymodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mortalitymodel",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "growth_mortalitymodelevent" ("company_id", "id", "monthly_rate", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."company_id", OLD."id", OLD."monthly_rate", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."source"); RETURN NULL;',
                    hash="227aaeedae36a1d740eb802db6795a6577a62d14",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_3e1af",
                    table="growth_mortalitymodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mortalitymodel",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "growth_mortalitymodelevent" ("company_id", "id", "monthly_rate", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."company_id", OLD."id", OLD."monthly_rate", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."source"); RETURN NULL;',
                    hash="5ddef2b92a040cb9f3bd494684aeced08740c8b5",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_d226a",
                    table="growth_mortalitymodel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="temperatureprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "growth_temperatureprofileevent" ("area_id", "company_id", "day_of_year", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sd_c", "temperature_c") VALUES (NEW."area_id", NEW."company_id", NEW."day_of_year", NEW."geography_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."sd_c", NEW."temperature_c"); RETURN NULL;',
                    hash="5b587d5f0595f71635e5162135278193475c6cdf",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_1f5ef",
                    table="growth_temperatureprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="temperatureprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "growth_temperatureprofileevent" ("area_id", "company_id", "day_of_year", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sd_c", "temperature_c") VALUES (OLD."area_id", OLD."company_id", OLD."day_of_year", OLD."geography_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."sd_c", OLD."temperature_c"); RETURN NULL;',
                    hash="0727651cff02511c811c320d1cd5ecdfd92280a7",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_85d75",
                    table="growth_temperatureprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="temperatureprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "growth_temperatureprofileevent" ("area_id", "company_id", "day_of_year", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sd_c", "temperature_c") VALUES (OLD."area_id", OLD."company_id", OLD."day_of_year", OLD."geography_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."sd_c", OLD."temperature_c"); RETURN NULL;',
                    hash="e66f6ddae10142d72c0bf46a0ac8306beea919c3",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_71657",
                    table="growth_temperatureprofile",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="growthmodelevent",
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
            model_name="growthmodelevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="growth.growthmodel",
            ),
        ),
        migrations.AddField(
            model_name="mortalitymodelevent",
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
            model_name="mortalitymodelevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="growth.mortalitymodel",
            ),
        ),
        migrations.AddField(
            model_name="temperatureprofileevent",
            name="area",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.area",
            ),
        ),
        migrations.AddField(
            model_name="temperatureprofileevent",
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
            model_name="temperatureprofileevent",
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
            model_name="temperatureprofileevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="growth.temperatureprofile",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="growthmodelevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ffe1961b2bd0d10abc03f9bf98f7f287c1a6ad2c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_22751",
                    table="growth_growthmodelevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mortalitymodelevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b9ac6197962f5732026b144766e20e083d94c6ab",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_bf269",
                    table="growth_mortalitymodelevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="temperatureprofileevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f0a6fa181278751cbda0dd1fce72dc86dcddc638",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9f1ec",
                    table="growth_temperatureprofileevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
