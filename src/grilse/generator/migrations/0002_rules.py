"""Row policy of the finished shards."""

from django.db import migrations

from grilse.access.migration_rules import create_company_policy


class Migration(migrations.Migration):
    dependencies = [("generator", "0001_tables")]

    operations = create_company_policy("generator_shard")
