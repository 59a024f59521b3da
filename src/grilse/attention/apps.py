"""Django configuration of the attention app."""

from django.apps import AppConfig


class AttentionConfig(AppConfig):
    """Configuration of the attention app."""

    name = "grilse.attention"
    label = "attention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register alert rules as editable master data, and what follows changes of records."""
        from grilse.attention.models import AlertRule
        from grilse.farm.actions.places import PLACE_MODELS

        PLACE_MODELS[str(AlertRule._meta.verbose_name)] = AlertRule
