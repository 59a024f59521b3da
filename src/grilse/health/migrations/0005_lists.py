"""Indexes of the orders in which rows are listed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0004_reach")]

    operations = [
        migrations.AddIndex(
            model_name="licecount", index=models.Index(fields=["company", "date"], name="health_licecount_listed")
        ),
        migrations.AddIndex(
            model_name="treatment", index=models.Index(fields=["company", "start"], name="health_treatment_listed")
        ),
        migrations.AddIndex(
            model_name="healthsample", index=models.Index(fields=["company", "date"], name="health_healthsample_listed")
        ),
    ]
