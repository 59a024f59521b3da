"""Lines of transfer orders, the fish of a sample, lots of a harvest, and why the ledger was corrected."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from grilse.access.reach import create_geography_policy, create_parent_policy
from grilse.access.tenancy import create_company_key, create_company_policy, create_company_references


class Migration(migrations.Migration):
    dependencies = [("farm", "0004_reach"), ("stock", "0008_reach")]

    operations = [
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
                        db_default="planned",
                        default="planned",
                        max_length=12,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TransferLineEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
                        db_default="planned",
                        default="planned",
                        max_length=12,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="WeighedFish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("weight_g", models.FloatField()),
                ("length_cm", models.FloatField(null=True)),
            ],
            options={"ordering": ["position"]},
        ),
        migrations.CreateModel(
            name="WeighedFishEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("position", models.PositiveIntegerField()),
                ("weight_g", models.FloatField()),
                ("length_cm", models.FloatField(null=True)),
            ],
            options={"abstract": False},
        ),
        pgtrigger.migrations.RemoveTrigger(model_name="harvestgrade", name="added_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="harvestgrade", name="changed_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="harvestgrade", name="removed_delete"),
        pgtrigger.migrations.RemoveTrigger(model_name="weightsample", name="added_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="weightsample", name="changed_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="weightsample", name="removed_delete"),
        migrations.RemoveConstraint(model_name="harvestgrade", name="stock_harvestgrade_once"),
        migrations.AddField(
            model_name="harvestgrade",
            name="lot",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="harvestgradeevent",
            name="lot",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="movement",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(model_name="weightsample", name="k_factor", field=models.FloatField(null=True)),
        migrations.AddField(model_name="weightsample", name="mean_length_cm", field=models.FloatField(null=True)),
        migrations.AddField(model_name="weightsampleevent", name="k_factor", field=models.FloatField(null=True)),
        migrations.AddField(model_name="weightsampleevent", name="mean_length_cm", field=models.FloatField(null=True)),
        pgtrigger.migrations.AddTrigger(
            model_name="harvestgrade",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "lot", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (NEW."company_id", NEW."count", NEW."date", NEW."grade", NEW."gutted_kg", NEW."id", NEW."lot", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id"); RETURN NULL;',
                    hash="c7d66fd8bfe5252e3d567cc272c3589ddd2100af",
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
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "lot", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."count", OLD."date", OLD."grade", OLD."gutted_kg", OLD."id", OLD."lot", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="eca6940cf017486847bb92e6f4bd34c9fc6c3f56",
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
                    func='INSERT INTO "stock_harvestgradeevent" ("company_id", "count", "date", "grade", "gutted_kg", "id", "lot", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id") VALUES (OLD."company_id", OLD."count", OLD."date", OLD."grade", OLD."gutted_kg", OLD."id", OLD."lot", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id"); RETURN NULL;',
                    hash="a22ca1b3faf8b38d07f993509df23e7e9bd0c038",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_c1565",
                    table="stock_harvestgrade",
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
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "k_factor", "mean_length_cm", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (NEW."company_id", NEW."date", NEW."fish_weighed", NEW."id", NEW."k_factor", NEW."mean_length_cm", NEW."mean_weight_g", NEW."method", NEW."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."placement_id", NEW."sd_g", NEW."selection"); RETURN NULL;',
                    hash="c8bce5577a92bd8710b3018bb3b1838aa2acb2c6",
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
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "k_factor", "mean_length_cm", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (OLD."company_id", OLD."date", OLD."fish_weighed", OLD."id", OLD."k_factor", OLD."mean_length_cm", OLD."mean_weight_g", OLD."method", OLD."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."placement_id", OLD."sd_g", OLD."selection"); RETURN NULL;',
                    hash="fa27d63d3363ac921abf13022db3f875f1c21942",
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
                    func='INSERT INTO "stock_weightsampleevent" ("company_id", "date", "fish_weighed", "id", "k_factor", "mean_length_cm", "mean_weight_g", "method", "not_representative", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "sd_g", "selection") VALUES (OLD."company_id", OLD."date", OLD."fish_weighed", OLD."id", OLD."k_factor", OLD."mean_length_cm", OLD."mean_weight_g", OLD."method", OLD."not_representative", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."placement_id", OLD."sd_g", OLD."selection"); RETURN NULL;',
                    hash="ffbcdfc0181a166f063ae99a42bf1262f7d6356a",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_fc04a",
                    table="stock_weightsample",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="harvestgrade",
            constraint=models.UniqueConstraint(
                fields=("company", "placement", "date", "grade", "lot"), name="stock_harvestgrade_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("mean_length_cm", None), ("mean_length_cm__gt", 0), _connector="OR"),
                name="stock_weightsample_length",
            ),
        ),
        migrations.AddField(
            model_name="transferline",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
            ),
        ),
        migrations.AddField(
            model_name="transferline",
            name="container",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="farm.container",
            ),
        ),
        migrations.AddField(
            model_name="transferline",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="stock.transferorder",
            ),
        ),
        migrations.AddField(
            model_name="transferline",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.placement",
            ),
        ),
        migrations.AddField(
            model_name="transferline",
            name="stage",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.stage"),
        ),
        migrations.AddField(
            model_name="transferlineevent",
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
            model_name="transferlineevent",
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
            model_name="transferlineevent",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.transferorder",
            ),
        ),
        migrations.AddField(
            model_name="transferlineevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.transferline",
            ),
        ),
        migrations.AddField(
            model_name="transferlineevent",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.placement",
            ),
        ),
        migrations.AddField(
            model_name="transferlineevent",
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
            model_name="weighedfish",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
            ),
        ),
        migrations.AddField(
            model_name="weighedfish",
            name="sample",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fish",
                to="stock.weightsample",
            ),
        ),
        migrations.AddField(
            model_name="weighedfishevent",
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
            model_name="weighedfishevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stock.weighedfish",
            ),
        ),
        migrations.AddField(
            model_name="weighedfishevent",
            name="sample",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.weightsample",
            ),
        ),
        migrations.AddIndex(
            model_name="transferline",
            index=models.Index(
                condition=models.Q(("status", "planned")), fields=["company", "source"], name="stock_transferline_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="transferline",
            constraint=models.UniqueConstraint(
                fields=("company", "order", "source", "container"), name="stock_transferline_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="transferline",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="stock_transferline_count"),
        ),
        migrations.AddConstraint(
            model_name="transferline",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "done", "cancelled"])), name="stock_transferline_status"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferline",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_transferlineevent" ("company_id", "container_id", "count", "id", "order_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "stage_id", "status") VALUES (NEW."company_id", NEW."container_id", NEW."count", NEW."id", NEW."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."source_id", NEW."stage_id", NEW."status"); RETURN NULL;',
                    hash="8ff1ceac3c51a3580b8edaee93ec772fbfb242e8",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_dd28d",
                    table="stock_transferline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferline",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_transferlineevent" ("company_id", "container_id", "count", "id", "order_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "stage_id", "status") VALUES (OLD."company_id", OLD."container_id", OLD."count", OLD."id", OLD."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."source_id", OLD."stage_id", OLD."status"); RETURN NULL;',
                    hash="a5338f3dbb4cd59ca23db909c5ecb0804a23660f",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_96072",
                    table="stock_transferline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferline",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_transferlineevent" ("company_id", "container_id", "count", "id", "order_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "stage_id", "status") VALUES (OLD."company_id", OLD."container_id", OLD."count", OLD."id", OLD."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."source_id", OLD."stage_id", OLD."status"); RETURN NULL;',
                    hash="aa5aa9e97a3117b76cf03b00f92b4d5c65c674ab",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_b7ff6",
                    table="stock_transferline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferlineevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9cbbe9368073b1d5e3050fca81c3421340ef1ac6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5713f",
                    table="stock_transferlineevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="weighedfish",
            constraint=models.UniqueConstraint(fields=("company", "sample", "position"), name="stock_weighedfish_once"),
        ),
        migrations.AddConstraint(
            model_name="weighedfish",
            constraint=models.CheckConstraint(condition=models.Q(("weight_g__gt", 0)), name="stock_weighedfish_weight"),
        ),
        migrations.AddConstraint(
            model_name="weighedfish",
            constraint=models.CheckConstraint(
                condition=models.Q(("length_cm", None), ("length_cm__gt", 0), _connector="OR"),
                name="stock_weighedfish_length",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weighedfish",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "stock_weighedfishevent" ("company_id", "id", "length_cm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "sample_id", "weight_g") VALUES (NEW."company_id", NEW."id", NEW."length_cm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."position", NEW."sample_id", NEW."weight_g"); RETURN NULL;',
                    hash="32d93f87de71e013f374bb43c6c9fb2c5230aecd",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_de19b",
                    table="stock_weighedfish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weighedfish",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_weighedfishevent" ("company_id", "id", "length_cm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "sample_id", "weight_g") VALUES (OLD."company_id", OLD."id", OLD."length_cm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."position", OLD."sample_id", OLD."weight_g"); RETURN NULL;',
                    hash="4add19c7917da3560428e4f6e168615deb29236c",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_69f82",
                    table="stock_weighedfish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weighedfish",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_weighedfishevent" ("company_id", "id", "length_cm", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "sample_id", "weight_g") VALUES (OLD."company_id", OLD."id", OLD."length_cm", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."position", OLD."sample_id", OLD."weight_g"); RETURN NULL;',
                    hash="70d6ab67b3142450b04c2f2ceaef22c5a994339e",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_97f20",
                    table="stock_weighedfish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weighedfishevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c374e1c4c0f1d4a4443298177f242685a960fed7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_afeb5",
                    table="stock_weighedfishevent",
                    when="BEFORE",
                ),
            ),
        ),
        create_company_key("stock_weightsample"),
        create_company_references(
            "stock_transferline",
            order_id="stock_transferorder",
            source_id="stock_placement",
            container_id="farm_container",
        ),
        create_company_references("stock_weighedfish", sample_id="stock_weightsample"),
        create_company_policy("stock_transferline"),
        create_company_policy("stock_weighedfish"),
        create_company_policy("stock_transferlineevent", append_only=True),
        create_company_policy("stock_weighedfishevent", append_only=True),
        create_geography_policy("stock_transferline", "source_id", of="placement_id"),
        create_geography_policy("stock_transferlineevent", "source_id", of="placement_id"),
        create_parent_policy("stock_weighedfish", "sample_id", "stock_weightsample"),
        create_parent_policy("stock_weighedfishevent", "sample_id", "stock_weightsample"),
    ]
