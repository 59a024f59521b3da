"""Samples that a biologist set aside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_atlantic_salmon")]

    operations = [
        migrations.AddField(
            model_name="weightsample",
            name="not_representative",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        )
    ]
