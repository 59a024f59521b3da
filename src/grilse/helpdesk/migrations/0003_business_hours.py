"""Several periods of work a day, also over midnight."""

from datetime import time

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("helpdesk", "0002_rules")]

    operations = [
        AddIndexConcurrently(
            "businesshours", models.Index(fields=["company", "weekday"], name="helpdesk_businesshours_day")
        ),
        migrations.RemoveConstraint("businesshours", "helpdesk_businesshours_times"),
        migrations.AddConstraint(
            "businesshours",
            models.CheckConstraint(
                condition=~Q(closes=F("opens")) | Q(opens=time.min), name="helpdesk_businesshours_times"
            ),
        ),
        migrations.RemoveConstraint("businesshours", "helpdesk_businesshours_once"),
    ]
