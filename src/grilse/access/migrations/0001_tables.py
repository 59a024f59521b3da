"""Companies, API keys, stored responses and bulk loads."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        create_table(
            "Company", {"id": row_id(), "name": models.CharField(max_length=120, unique=True)}, db_table="farm_company"
        ),
        *create_tracked_table(
            "access.ApiKey",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "prefix": models.CharField(max_length=8),
                "digest": models.CharField(max_length=64, unique=True),
                "scopes": models.JSONField(),
                "expires_at": models.DateTimeField(),
                "revoked_at": models.DateTimeField(null=True),
                "made_at": models.DateTimeField(db_default=Now()),
                "company": company_key(),
                "user": models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"),
            },
            db_table="farm_apikey",
        ),
        create_table(
            "KeptAnswer",
            {
                "id": row_id(),
                "key": models.CharField(max_length=200),
                "request": models.CharField(max_length=64),
                "status": models.PositiveSmallIntegerField(null=True),
                "headers": models.JSONField(null=True),
                "body": models.BinaryField(null=True),
                "at": models.DateTimeField(db_default=Now()),
                "company": company_key(),
                "user": models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+"),
            },
            db_table="farm_keptanswer",
            constraints=[models.UniqueConstraint(fields=["company", "user", "key"], name="farm_keptanswer_once")],
        ),
        create_table(
            "BulkLoad",
            {
                "id": row_id(),
                "kind": models.CharField(max_length=20),
                "source": models.CharField(max_length=200),
                "rows": models.JSONField(),
                "at": models.DateTimeField(db_default=Now()),
                "company": company_key(),
                "user": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, related_name="+"
                ),
            },
            db_table="farm_bulkload",
        ),
    ]
