"""What rows were before each change, kept by triggers."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("stock", "0006_rare")]

    operations = [
        migrations.CreateModel(
            name="BatchEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60)),
                ("start_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("closed", "Closed")], default="active", max_length=8
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="HarvestGradeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("grade", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
                ("gutted_kg", models.FloatField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PlacementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("start", models.DateField()),
                ("stop", models.DateField(blank=True, null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="TransferOrderEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=80)),
                ("planned_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in progress", "In Progress"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="WeightSampleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("fish_weighed", models.PositiveIntegerField()),
                ("mean_weight_g", models.FloatField()),
                ("sd_g", models.FloatField(null=True)),
                ("method", models.CharField(max_length=12)),
                ("selection", models.CharField(db_default="random", default="random", max_length=12)),
                ("not_representative", models.CharField(blank=True, db_default="", default="", max_length=200)),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_batchevent" ("company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "species_id", "start_date", "status") VALUES (NEW."company_id", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."species_id", NEW."start_date", NEW."status"); RETURN NULL;',
                    hash="95de3221b68ac6c73a4367def3843a21254ca482",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_1f617",
                    table="stock_batch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_batchevent" ("company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "species_id", "start_date", "status") VALUES (OLD."company_id", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."species_id", OLD."start_date", OLD."status"); RETURN NULL;',
                    hash="07bc18d733972d82b70f24bb3fbf7cf4021c232f",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_bb566",
                    table="stock_batch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_batchevent" ("company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "species_id", "start_date", "status") VALUES (OLD."company_id", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."species_id", OLD."start_date", OLD."status"); RETURN NULL;',
                    hash="7aab48aff0febf974e9b8a7d31e805ea0bc9cb32",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_f3698",
                    table="stock_batch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="harvestgrade",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (NEW."company_id", NEW."count", NEW."date", NEW."grade", NEW."gutted_kg", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id"); RETURN NULL;',
                    hash="eb000579cc67d482a91eb9ecf70ad6ddedbaa656",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_630d0",
                    table="stock_harvestgrade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="harvestgrade",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."count", OLD."date", OLD."grade", OLD."gutted_kg", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="7c748843594f173b51cbee4165fad817bb146749",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_44c46",
                    table="stock_harvestgrade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="harvestgrade",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."count", OLD."date", OLD."grade", OLD."gutted_kg", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="6158a848ef45e5124260740a3e55d7e363de5eec",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_c1565",
                    table="stock_harvestgrade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_placementevent" ("batch_id", "company_id", "container_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (NEW."batch_id", NEW."company_id", NEW."container_id", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."stage_id", NEW."start", NEW."stop"); RETURN NULL;',
                    hash="d3dac758d3edad2a80c323960557b917a596a5d9",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_918c2",
                    table="stock_placement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_placementevent" ("batch_id", "company_id", "container_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (OLD."batch_id", OLD."company_id", OLD."container_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."stage_id", OLD."start", OLD."stop"); RETURN NULL;',
                    hash="f4bd7175bf9b8b2c49b260589b465fb7f6cb0715",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_af079",
                    table="stock_placement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_placementevent" ("batch_id", "company_id", "container_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_id", "start", "stop") VALUES (OLD."batch_id", OLD."company_id", OLD."container_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."stage_id", OLD."start", OLD."stop"); RETURN NULL;',
                    hash="8bd588a03bc042493e1eccca436d303fa56eca5d",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_62e22",
                    table="stock_placement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferorder",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_transferorderevent" ("batch_id", "company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_date", "status") VALUES (NEW."batch_id", NEW."company_id", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."planned_date", NEW."status"); RETURN NULL;',
                    hash="71679250c97e682af7647fcc204bac3782fedbc5",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_8bd31",
                    table="stock_transferorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferorder",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_transferorderevent" ("batch_id", "company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_date", "status") VALUES (OLD."batch_id", OLD."company_id", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."planned_date", OLD."status"); RETURN NULL;',
                    hash="24ecc409d0a2abf622170edb880fbcf9c6d46fda",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_0da89",
                    table="stock_transferorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferorder",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_transferorderevent" ("batch_id", "company_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_date", "status") VALUES (OLD."batch_id", OLD."company_id", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."planned_date", OLD."status"); RETURN NULL;',
                    hash="a9f03b55fe982fdbff3a492561b9c97614f96319",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_67bd2",
                    table="stock_transferorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weightsample",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (NEW."company_id", NEW."date", NEW."fish_weighed", NEW."id", NEW."mean_weight_g", NEW."method", NEW."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id", NEW."sd_g", NEW."selection"); RETURN NULL;',
                    hash="0f94919f1f35c4480538836288520edbd9c07227",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_6832b",
                    table="stock_weightsample",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weightsample",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (OLD."company_id", OLD."date", OLD."fish_weighed", OLD."id", OLD."mean_weight_g", OLD."method", OLD."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id", OLD."sd_g", OLD."selection"); RETURN NULL;',
                    hash="52f9b850c64a682a1b2d2ce594d4acabf5ce3c7d",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_06c7b",
                    table="stock_weightsample",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weightsample",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (OLD."company_id", OLD."date", OLD."fish_weighed", OLD."id", OLD."mean_weight_g", OLD."method", OLD."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id", OLD."sd_g", OLD."selection"); RETURN NULL;',
                    hash="cbfe1c7aa54e4c8a284166c70bb5b01bcf67a5c6",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_fc04a",
                    table="stock_weightsample",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="batchevent",
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
            model_name="batchevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="stock.batch"
            ),
        ),
        migrations.AddField(
            model_name="batchevent",
            name="species",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.species",
            ),
        ),
        migrations.AddField(
            model_name="harvestgradeevent",
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
            model_name="harvestgradeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.harvestgrade",
            ),
        ),
        migrations.AddField(
            model_name="harvestgradeevent",
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
            model_name="placementevent",
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
            model_name="placementevent",
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
            model_name="placementevent",
            name="container",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.container",
            ),
        ),
        migrations.AddField(
            model_name="placementevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.placement",
            ),
        ),
        migrations.AddField(
            model_name="placementevent",
            name="stage",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.stage",
            ),
        ),
        migrations.AddField(
            model_name="transferorderevent",
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
            model_name="transferorderevent",
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
            model_name="transferorderevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.transferorder",
            ),
        ),
        migrations.AddField(
            model_name="weightsampleevent",
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
            model_name="weightsampleevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.weightsample",
            ),
        ),
        migrations.AddField(
            model_name="weightsampleevent",
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
            model_name="batchevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0f572c7fac07fc5b508c12d1fae98fdc968589ba",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_de7f0",
                    table="stock_batchevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="harvestgradeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5f320782f09f42398e2283da8185f1995f781d52",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8b229",
                    table="stock_harvestgradeevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="255c6a4ed0a1f824b10e1238e89d9c4aa295beab",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_24f5e",
                    table="stock_placementevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferorderevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e2e812c32f156f19adc5f818e07b0f7d601ae2dd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9438e",
                    table="stock_transferorderevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weightsampleevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="de31aa2b12383b704fd59dceadfb8a6b1b66eb33",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4a576",
                    table="stock_weightsampleevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
