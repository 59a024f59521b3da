"""The Django application of readings."""

from django.apps import AppConfig


class EnvironmentConfig(AppConfig):
    """Configures the application."""

    name = "grilse.environment"
    label = "environment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the summaries of days that follow a changed time zone."""
        from grilse.environment.daily_summaries import rebuild_summaries
        from grilse.farm.actions.places import ZONE_HANDLERS
        from grilse.farm.models import Container

        ZONE_HANDLERS[Container].append(rebuild_summaries)
