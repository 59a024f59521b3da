"""What rows were before each change, kept by triggers."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("feeding", "0002_rules"), ("stock", "0006_rare")]

    operations = [
        migrations.CreateModel(
            name="FeedEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("pellet_mm", models.FloatField(null=True)),
                ("energy_mj_kg", models.FloatField(null=True)),
                ("price_per_kg", models.PositiveIntegerField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="FeedLotEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60)),
                ("delivered", models.DateField()),
                ("grams", models.BigIntegerField()),
                ("price_per_kg", models.PositiveIntegerField()),
                ("supplier", models.CharField(blank=True, max_length=80)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="MealEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("grams", models.BigIntegerField()),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feed",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "feeding_feedevent" ("company_id", "energy_mj_kg", "id", "name", "pellet_mm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg") VALUES (NEW."company_id", NEW."energy_mj_kg", NEW."id", NEW."name", NEW."pellet_mm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."price_per_kg"); RETURN NULL;',
                    hash="e9abce020bb78cd42c667f08695f540c947a2d9a",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_87107",
                    table="feeding_feed",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feed",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "feeding_feedevent" ("company_id", "energy_mj_kg", "id", "name", "pellet_mm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg") VALUES (OLD."company_id", OLD."energy_mj_kg", OLD."id", OLD."name", OLD."pellet_mm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."price_per_kg"); RETURN NULL;',
                    hash="d51bc5349bb9665833d7a8a51f4dd8d5b460cc8d",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_862d3",
                    table="feeding_feed",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feed",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "feeding_feedevent" ("company_id", "energy_mj_kg", "id", "name", "pellet_mm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg") VALUES (OLD."company_id", OLD."energy_mj_kg", OLD."id", OLD."name", OLD."pellet_mm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."price_per_kg"); RETURN NULL;',
                    hash="fa1b81dc341e199912c3d64627fbe9e6eebd48af",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_32f45",
                    table="feeding_feed",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedlot",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "feeding_feedlotevent" ("company_id", "delivered", "feed_id", "grams", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg", "store_id", "supplier") VALUES (NEW."company_id", NEW."delivered", NEW."feed_id", NEW."grams", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."price_per_kg", NEW."store_id", NEW."supplier"); RETURN NULL;',
                    hash="ec5bb4847583176b0baf76ef154b1bb35eed88a4",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_68372",
                    table="feeding_feedlot",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedlot",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."delivered" IS DISTINCT FROM (NEW."delivered") OR OLD."feed_id" IS DISTINCT FROM (NEW."feed_id") OR OLD."grams" IS DISTINCT FROM (NEW."grams") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."price_per_kg" IS DISTINCT FROM (NEW."price_per_kg") OR OLD."store_id" IS DISTINCT FROM (NEW."store_id") OR OLD."supplier" IS DISTINCT FROM (NEW."supplier"))',
                    func='INSERT INTO "feeding_feedlotevent" ("company_id", "delivered", "feed_id", "grams", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg", "store_id", "supplier") VALUES (OLD."company_id", OLD."delivered", OLD."feed_id", OLD."grams", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."price_per_kg", OLD."store_id", OLD."supplier"); RETURN NULL;',
                    hash="b1045ffe2ac5157becb2ddcf6efbd5a90ea3c2c3",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_d10e1",
                    table="feeding_feedlot",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedlot",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "feeding_feedlotevent" ("company_id", "delivered", "feed_id", "grams", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_per_kg", "store_id", "supplier") VALUES (OLD."company_id", OLD."delivered", OLD."feed_id", OLD."grams", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."price_per_kg", OLD."store_id", OLD."supplier"); RETURN NULL;',
                    hash="7b3af5d3820057ee578bbf690b93111c9d73efe0",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_7f7db",
                    table="feeding_feedlot",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meal",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "feeding_mealevent" ("at", "company_id", "feed_id", "grams", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (NEW."at", NEW."company_id", NEW."feed_id", NEW."grams", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id"); RETURN NULL;',
                    hash="de04b721ca2a23714775a466c2e9fcda547711d3",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_1571e",
                    table="feeding_meal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meal",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."feed_id" IS DISTINCT FROM (NEW."feed_id") OR OLD."grams" IS DISTINCT FROM (NEW."grams") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."placement_id" IS DISTINCT FROM (NEW."placement_id"))',
                    func='INSERT INTO "feeding_mealevent" ("at", "company_id", "feed_id", "grams", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."at", OLD."company_id", OLD."feed_id", OLD."grams", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="8bbf844c9c2f946af127a60c1b599dcd39788780",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_8f0e8",
                    table="feeding_meal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meal",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "feeding_mealevent" ("at", "company_id", "feed_id", "grams", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."at", OLD."company_id", OLD."feed_id", OLD."grams", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="f29e2b630f2ea3fd9cb7fe1af5b2342dba369148",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_b569c",
                    table="feeding_meal",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="feedevent",
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
            model_name="feedevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="feeding.feed"
            ),
        ),
        migrations.AddField(
            model_name="feedlotevent",
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
            model_name="feedlotevent",
            name="feed",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="feeding.feed",
            ),
        ),
        migrations.AddField(
            model_name="feedlotevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="feeding.feedlot",
            ),
        ),
        migrations.AddField(
            model_name="feedlotevent",
            name="store",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.feedstore",
            ),
        ),
        migrations.AddField(
            model_name="mealevent",
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
            model_name="mealevent",
            name="feed",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="feeding.feed",
            ),
        ),
        migrations.AddField(
            model_name="mealevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="feeding.meal"
            ),
        ),
        migrations.AddField(
            model_name="mealevent",
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
            model_name="feedevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="071342c06d1eb8f35d86690af4a959346b2a8ead",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6cdb0",
                    table="feeding_feedevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedlotevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="50f13bd0c74ee8933abbe25b4d2f686ffbf5ecfa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a9802",
                    table="feeding_feedlotevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mealevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="848f06dcdc4242ec1a608aa63cd4454e2768f3f8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9cf44",
                    table="feeding_mealevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
