"""Published series, the files that they came in, and what figures were before a later file."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0004_reach"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("lice", "Lice"), ("biomass", "Biomass")], max_length=8)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField()),
                ("new", models.PositiveIntegerField()),
                ("revised", models.PositiveIntegerField()),
                ("unchanged", models.PositiveIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Biomass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("month", models.PositiveSmallIntegerField()),
                ("production_area", models.PositiveSmallIntegerField(null=True)),
                ("species", models.CharField(max_length=40)),
                ("release_year", models.PositiveSmallIntegerField(null=True)),
                ("fish", models.FloatField(null=True)),
                ("biomass_kg", models.FloatField(null=True)),
                ("smolts_released", models.FloatField(null=True)),
                ("smolts_released_below_500g", models.FloatField(null=True)),
                ("feed_kg", models.FloatField(null=True)),
                ("harvested", models.FloatField(null=True)),
                ("harvested_kg", models.FloatField(null=True)),
                ("harvested_gutted_kg", models.FloatField(null=True)),
                ("harvested_headed_kg", models.FloatField(null=True)),
                ("harvested_round_kg", models.FloatField(null=True)),
                ("deaths", models.FloatField(null=True)),
                ("discarded", models.FloatField(null=True)),
                ("escaped", models.FloatField(null=True)),
                ("other_losses", models.FloatField(null=True)),
                ("other_losses_new", models.FloatField(null=True)),
                ("count_error", models.FloatField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="official.file",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("locality", models.PositiveIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                ("week", models.PositiveSmallIntegerField()),
                ("name", models.CharField(blank=True, db_default="", max_length=120)),
                ("production_area", models.PositiveSmallIntegerField(null=True)),
                ("adult_female", models.FloatField(null=True)),
                ("mobile", models.FloatField(null=True)),
                ("attached", models.FloatField(null=True)),
                (
                    "without_fish",
                    models.CharField(blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3),
                ),
                (
                    "counted",
                    models.CharField(blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3),
                ),
                ("lice_limit", models.FloatField(null=True)),
                (
                    "over_limit",
                    models.CharField(blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3),
                ),
                ("sea_temperature_c", models.FloatField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="official.file",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("lice", "Lice"), ("biomass", "Biomass")], max_length=8)),
                ("row", models.BigIntegerField()),
                ("was", models.JSONField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="official.file",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("locality", models.PositiveIntegerField()),
                ("production_area", models.PositiveSmallIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.area",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("locality", models.PositiveIntegerField()),
                ("production_area", models.PositiveSmallIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="farm.area",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="farm.company",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="official.site",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddIndex(
            model_name="file", index=models.Index(fields=["company", "sha256"], name="official_file_sha256")
        ),
        migrations.AddIndex(
            model_name="file",
            index=models.Index(
                condition=models.Q(("author__isnull", False)), fields=["author"], name="official_file_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="file",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["lice", "biomass"])), name="official_file_kind"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="file",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="67064cca3c328ea9198239cf44300496f8ee8d65",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d4387",
                    table="official_file",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="biomass",
            index=models.Index(fields=["company", "year", "month"], name="official_biomass_month_of"),
        ),
        migrations.AddIndex(model_name="biomass", index=models.Index(fields=["file"], name="official_biomass_file")),
        migrations.AddConstraint(
            model_name="biomass",
            constraint=models.UniqueConstraint(
                fields=("company", "production_area", "year", "month", "species", "release_year"),
                name="official_biomass_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="biomass",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__range", (1, 12)), ("year__range", (2000, 2100))),
                name="official_biomass_month",
            ),
        ),
        migrations.AddIndex(
            model_name="lice",
            index=models.Index(fields=["company", "production_area", "year", "week"], name="official_lice_beside"),
        ),
        migrations.AddIndex(model_name="lice", index=models.Index(fields=["file"], name="official_lice_file")),
        migrations.AddConstraint(
            model_name="lice",
            constraint=models.UniqueConstraint(
                fields=("company", "locality", "year", "week"), name="official_lice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lice",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__range", (1, 53)), ("year__range", (2000, 2100))), name="official_lice_week"
            ),
        ),
        migrations.AddIndex(
            model_name="revision", index=models.Index(fields=["company", "kind", "row"], name="official_revision_of")
        ),
        migrations.AddIndex(model_name="revision", index=models.Index(fields=["file"], name="official_revision_file")),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("author__isnull", False)), fields=["author"], name="official_revision_author"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fec7ed4f38962cd2eb065a5a4e818f556d4c8a86",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_95bd6",
                    table="official_revision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="site", constraint=models.UniqueConstraint(fields=("company", "area"), name="official_site_area")
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("company", "locality"), name="official_site_locality"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="added_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('app.company', true) <> '')",
                    func='INSERT INTO "official_siteevent" ("area_id", "company_id", "id", "locality", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "production_area") VALUES (NEW."area_id", NEW."company_id", NEW."id", NEW."locality", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'added\', NEW."id", NEW."production_area"); RETURN NULL;',
                    hash="2ee9f4ddf732feef2ba93be2f5e69b556bef447a",
                    operation="INSERT",
                    pgid="pgtrigger_added_insert_385f2",
                    table="official_site",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "official_siteevent" ("area_id", "company_id", "id", "locality", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "production_area") VALUES (OLD."area_id", OLD."company_id", OLD."id", OLD."locality", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'changed\', OLD."id", OLD."production_area"); RETURN NULL;',
                    hash="22ab2ce1c771b06b1bbe8cf174fcb518d89975ae",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_efe63",
                    table="official_site",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="removed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "official_siteevent" ("area_id", "company_id", "id", "locality", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "production_area") VALUES (OLD."area_id", OLD."company_id", OLD."id", OLD."locality", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'removed\', OLD."id", OLD."production_area"); RETURN NULL;',
                    hash="923c4904a5eea055a8f22aa4756631e6616fff22",
                    operation="DELETE",
                    pgid="pgtrigger_removed_delete_23b43",
                    table="official_site",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="siteevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1c0b6437602a3738467c9400d47f658aa3331119",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_51143",
                    table="official_siteevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
