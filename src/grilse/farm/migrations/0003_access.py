"""Roles, keys, kept answers, and what rows were before each change."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("farm", "0002_rules"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("prefix", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ApiKeyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("prefix", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64)),
                ("scopes", models.JSONField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AreaEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("max_biomass_kg", models.FloatField(null=True)),
                ("fallow_days", models.PositiveSmallIntegerField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="BulkLoad",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=200)),
                ("rows", models.JSONField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ContainerEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("tray", "Tray"), ("tank", "Tank"), ("pen", "Pen")], max_length=8)),
                ("volume_m3", models.FloatField()),
                ("max_density_kg_m3", models.FloatField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="FeedStoreEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("capacity_kg", models.FloatField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="GeographyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("code", models.CharField(blank=True, max_length=8)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="HallEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("stage_order", models.PositiveSmallIntegerField(null=True)),
                ("fallow_days", models.PositiveSmallIntegerField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("request", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(null=True)),
                ("body", models.BinaryField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="MembershipEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Admin"),
                            ("planner", "Planner"),
                            ("manager", "Manager"),
                            ("operator", "Operator"),
                            ("vet", "Vet"),
                            ("finance", "Finance"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="SensorEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("parameter", models.CharField(max_length=16)),
                ("installed", models.DateField()),
                ("removed", models.DateField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="StationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.RemoveConstraint(model_name="membership", name="farm_membership_once"),
        migrations.AddField(
            model_name="membership",
            name="geography",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="farm.geography",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("admin", "Admin"),
                    ("planner", "Planner"),
                    ("manager", "Manager"),
                    ("operator", "Operator"),
                    ("vet", "Vet"),
                    ("finance", "Finance"),
                    ("viewer", "Viewer"),
                ],
                default="admin",
                max_length=8,
            ),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="area",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_areaevent" ("company_id", "fallow_days", "geography_id", "id", "latitude", "longitude", "max_biomass_kg", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."company_id", NEW."fallow_days", NEW."geography_id", NEW."id", NEW."latitude", NEW."longitude", NEW."max_biomass_kg", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id"); RETURN NULL;',
                    hash="1a717468a1d1b4d908027cbd4c31dc9d9c19b37d",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_8057c",
                    table="farm_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="area",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_areaevent" ("company_id", "fallow_days", "geography_id", "id", "latitude", "longitude", "max_biomass_kg", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."company_id", OLD."fallow_days", OLD."geography_id", OLD."id", OLD."latitude", OLD."longitude", OLD."max_biomass_kg", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id"); RETURN NULL;',
                    hash="153a8fee80b13940ddbb75a1583ff47343b22d89",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_59e4b",
                    table="farm_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="area",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_areaevent" ("company_id", "fallow_days", "geography_id", "id", "latitude", "longitude", "max_biomass_kg", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."company_id", OLD."fallow_days", OLD."geography_id", OLD."id", OLD."latitude", OLD."longitude", OLD."max_biomass_kg", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id"); RETURN NULL;',
                    hash="8dfb637f6042baea554474d342cd2d50a98e91bb",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_1aacb",
                    table="farm_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="container",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_containerevent" ("area_id", "company_id", "hall_id", "id", "kind", "max_density_kg_m3", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "volume_m3") VALUES (NEW."area_id", NEW."company_id", NEW."hall_id", NEW."id", NEW."kind", NEW."max_density_kg_m3", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."volume_m3"); RETURN NULL;',
                    hash="148f794e04d6b492f1d95fb841fa0858a48949cc",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_5abb9",
                    table="farm_container",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="container",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_containerevent" ("area_id", "company_id", "hall_id", "id", "kind", "max_density_kg_m3", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "volume_m3") VALUES (OLD."area_id", OLD."company_id", OLD."hall_id", OLD."id", OLD."kind", OLD."max_density_kg_m3", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."volume_m3"); RETURN NULL;',
                    hash="a165cfa38f927817ef5ce740587af44b4052d814",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_bdcf7",
                    table="farm_container",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="container",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_containerevent" ("area_id", "company_id", "hall_id", "id", "kind", "max_density_kg_m3", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "volume_m3") VALUES (OLD."area_id", OLD."company_id", OLD."hall_id", OLD."id", OLD."kind", OLD."max_density_kg_m3", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."volume_m3"); RETURN NULL;',
                    hash="c7f17aca2a8b7b19105a93c8fcf96c114535584b",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_ce35a",
                    table="farm_container",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedstore",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_feedstoreevent" ("area_id", "capacity_kg", "company_id", "hall_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."area_id", NEW."capacity_kg", NEW."company_id", NEW."hall_id", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id"); RETURN NULL;',
                    hash="67ba55dbea5256655ecaef6a0b84256852b67e37",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_77553",
                    table="farm_feedstore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedstore",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_feedstoreevent" ("area_id", "capacity_kg", "company_id", "hall_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."area_id", OLD."capacity_kg", OLD."company_id", OLD."hall_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id"); RETURN NULL;',
                    hash="3e57b8646a09b8fc6febdae64a5477529f596329",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_454e9",
                    table="farm_feedstore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedstore",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_feedstoreevent" ("area_id", "capacity_kg", "company_id", "hall_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."area_id", OLD."capacity_kg", OLD."company_id", OLD."hall_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id"); RETURN NULL;',
                    hash="3e4defb6d3ff54febd386893cc8e786d7874baff",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_1edde",
                    table="farm_feedstore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="geography",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_geographyevent" ("code", "company_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."company_id", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id"); RETURN NULL;',
                    hash="ef42f4da1733c7d9089d768474262fd8680c7b9f",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_c448e",
                    table="farm_geography",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="geography",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_geographyevent" ("code", "company_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."company_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id"); RETURN NULL;',
                    hash="1209e4727b1222d9b578f94de8c3182164797bf7",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_68e94",
                    table="farm_geography",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="geography",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_geographyevent" ("code", "company_id", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."company_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id"); RETURN NULL;',
                    hash="a10ae53dd976d2fb6b063a879838ba995875bd40",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_e577c",
                    table="farm_geography",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hall",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_hallevent" ("company_id", "fallow_days", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_order", "station_id") VALUES (NEW."company_id", NEW."fallow_days", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."stage_order", NEW."station_id"); RETURN NULL;',
                    hash="b6fdae792c27e29a6a3acfd2a0c0b4e6badbbc48",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_58cd7",
                    table="farm_hall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hall",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_hallevent" ("company_id", "fallow_days", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_order", "station_id") VALUES (OLD."company_id", OLD."fallow_days", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."stage_order", OLD."station_id"); RETURN NULL;',
                    hash="1db2ece39b5dc72849c86e42136762c27839fa27",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_6d9a8",
                    table="farm_hall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hall",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_hallevent" ("company_id", "fallow_days", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage_order", "station_id") VALUES (OLD."company_id", OLD."fallow_days", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."stage_order", OLD."station_id"); RETURN NULL;',
                    hash="783c0e11705992edf3aadf45d2bd3c3297616640",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_645d4",
                    table="farm_hall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_membershipevent" ("company_id", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."company_id", NEW."geography_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;',
                    hash="e2f693058849ccf3323737d95b6a8febe1641a8e",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_e3c4a",
                    table="farm_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_membershipevent" ("company_id", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (OLD."company_id", OLD."geography_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."role", OLD."user_id"); RETURN NULL;',
                    hash="0551bf44d18e834f621615fde9a942f18b1318b8",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_75d3a",
                    table="farm_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_membershipevent" ("company_id", "geography_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (OLD."company_id", OLD."geography_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."role", OLD."user_id"); RETURN NULL;',
                    hash="217ff8e2019b5abd5f028e167b1426736fdc75b1",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_98772",
                    table="farm_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sensor",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_sensorevent" ("company_id", "container_id", "id", "installed", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed") VALUES (NEW."company_id", NEW."container_id", NEW."id", NEW."installed", NEW."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."removed"); RETURN NULL;',
                    hash="86ff0c54f1358b1e61a527e9f8038161332925d4",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_23034",
                    table="farm_sensor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sensor",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_sensorevent" ("company_id", "container_id", "id", "installed", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed") VALUES (OLD."company_id", OLD."container_id", OLD."id", OLD."installed", OLD."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."removed"); RETURN NULL;',
                    hash="52ddb08877f5ef3b2667a0ed5e943b61c1370ee9",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_95406",
                    table="farm_sensor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sensor",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_sensorevent" ("company_id", "container_id", "id", "installed", "parameter", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed") VALUES (OLD."company_id", OLD."container_id", OLD."id", OLD."installed", OLD."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."removed"); RETURN NULL;',
                    hash="861ca842beec6b58cf0e03d52f2148112c84a5cb",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_0d027",
                    table="farm_sensor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_stationevent" ("company_id", "geography_id", "id", "latitude", "longitude", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."company_id", NEW."geography_id", NEW."id", NEW."latitude", NEW."longitude", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id"); RETURN NULL;',
                    hash="a39b6c7f2b167785acdbbe5ac918074cc1dbabd5",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_7e2e7",
                    table="farm_station",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_stationevent" ("company_id", "geography_id", "id", "latitude", "longitude", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."company_id", OLD."geography_id", OLD."id", OLD."latitude", OLD."longitude", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id"); RETURN NULL;',
                    hash="c717dd7c40f44cfe2697e74923044f033f06b0a6",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_f6e7e",
                    table="farm_station",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_stationevent" ("company_id", "geography_id", "id", "latitude", "longitude", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."company_id", OLD."geography_id", OLD."id", OLD."latitude", OLD."longitude", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id"); RETURN NULL;',
                    hash="db812e7d1e60c40f2202e72886f0451779ba4ca0",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_e8d8e",
                    table="farm_station",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("company", "user", "role", "geography"), name="farm_membership_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ("admin", "planner", "manager", "operator", "vet", "finance", "viewer"))
                ),
                name="farm_membership_role",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="apikeyevent",
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
            model_name="apikeyevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="farm.apikey"
            ),
        ),
        migrations.AddField(
            model_name="apikeyevent",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="areaevent",
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
            model_name="areaevent",
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
            model_name="areaevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="farm.area"
            ),
        ),
        migrations.AddField(
            model_name="bulkload",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
            ),
        ),
        migrations.AddField(
            model_name="bulkload",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="containerevent",
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
            model_name="containerevent",
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
            model_name="containerevent",
            name="hall",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.hall",
            ),
        ),
        migrations.AddField(
            model_name="containerevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="farm.container",
            ),
        ),
        migrations.AddField(
            model_name="feedstoreevent",
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
            model_name="feedstoreevent",
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
            model_name="feedstoreevent",
            name="hall",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.hall",
            ),
        ),
        migrations.AddField(
            model_name="feedstoreevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="farm.feedstore",
            ),
        ),
        migrations.AddField(
            model_name="geographyevent",
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
            model_name="geographyevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="farm.geography",
            ),
        ),
        migrations.AddField(
            model_name="hallevent",
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
            model_name="hallevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="farm.hall"
            ),
        ),
        migrations.AddField(
            model_name="hallevent",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.station",
            ),
        ),
        migrations.AddField(
            model_name="keptanswer",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
            ),
        ),
        migrations.AddField(
            model_name="keptanswer",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membershipevent",
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
            model_name="membershipevent",
            name="geography",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="farm.geography",
            ),
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="farm.membership",
            ),
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sensorevent",
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
            model_name="sensorevent",
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
            model_name="sensorevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="farm.sensor"
            ),
        ),
        migrations.AddField(
            model_name="stationevent",
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
            model_name="stationevent",
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
            model_name="stationevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="farm.station"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apikey",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "farm_apikeyevent" ("company_id", "digest", "expires_at", "id", "made_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (NEW."company_id", NEW."digest", NEW."expires_at", NEW."id", NEW."made_at", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes", NEW."user_id"); RETURN NULL;',
                    hash="3baf654ea3020612013d017e3508139edc1ab679",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_81239",
                    table="farm_apikey",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apikey",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "farm_apikeyevent" ("company_id", "digest", "expires_at", "id", "made_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (OLD."company_id", OLD."digest", OLD."expires_at", OLD."id", OLD."made_at", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes", OLD."user_id"); RETURN NULL;',
                    hash="a9dffbb8d7fea866ff39e345dedda30b1db1b99d",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_c2a28",
                    table="farm_apikey",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apikey",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "farm_apikeyevent" ("company_id", "digest", "expires_at", "id", "made_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes", "user_id") VALUES (OLD."company_id", OLD."digest", OLD."expires_at", OLD."id", OLD."made_at", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes", OLD."user_id"); RETURN NULL;',
                    hash="294140b73de54770d9ab35fbbe721431c90ec7c4",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_2f16b",
                    table="farm_apikey",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apikeyevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0be9c9da8d3cfe20954e51c0fb1d6b45f550c312",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_44022",
                    table="farm_apikeyevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="areaevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="844ee4ef33b7246f52259cabdb51700021946d11",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1b0bd",
                    table="farm_areaevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="containerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9549488ba034402811925f0596a0015641faac8d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_79d7f",
                    table="farm_containerevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedstoreevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="df5c09d8e851ffd488d9d52b7b82042c2ee1083a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_46b7f",
                    table="farm_feedstoreevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="geographyevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b2aa14d72b53dabb402ea29aab7d79a69d02074b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6f983",
                    table="farm_geographyevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hallevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="41f2f366b5b765916f67277e05f29cfef83ad052",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_46983",
                    table="farm_hallevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(fields=("company", "user", "key"), name="farm_keptanswer_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membershipevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="368c32b4b0ab3cb0859debc0afe7c15a65f22dbf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_78a81",
                    table="farm_membershipevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sensorevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7092d4979afacf1496a51f17091871918fcd74bc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e2be0",
                    table="farm_sensorevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ee70174c2515b82eaba5e9610ab66c46d94901b5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c129f",
                    table="farm_stationevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
