"""Indexes of the orders in which rows are listed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeding", "0004_reach")]

    operations = [
        migrations.AddIndex(
            model_name="feedlot", index=models.Index(fields=["company", "delivered"], name="feeding_feedlot_listed")
        ),
        migrations.AddIndex(
            model_name="meal", index=models.Index(fields=["company", "at"], name="feeding_meal_listed")
        ),
    ]
