"""The forms of lice are no more than all lice."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("health", "0005_lists")]

    operations = [
        migrations.AddConstraint(
            model_name="licecount",
            constraint=models.CheckConstraint(
                condition=Q(total=None)
                | Q(total__gte=Coalesce("adult_female", 0) + Coalesce("mobile", 0) + Coalesce("attached", 0)),
                name="health_licecount_forms",
            ),
        )
    ]
