"""Django application of the room."""

from django.apps import AppConfig


class FeedingConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.feeding"
    label = "feeding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let feeds be added and changed as what stands is."""
        from grilse.farm.places import KINDS
        from grilse.feeding.models import Feed

        KINDS["feed"] = Feed
