"""Django application of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Configures people for Django."""

    name = "grilse.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register persons, teams, fences and rates as editable master data."""
        from grilse.farm.actions.places import CHANGE_HANDLERS, DEFAULT_READERS, PLACE_MODELS
        from grilse.people.actions.rules import read_zone_default
        from grilse.people.models import Fence, Person, Team, TransportRate
        from grilse.people.tracks.visits import rebuild_fence_visits

        PLACE_MODELS["person"] = Person
        for kind in (Team, Fence, TransportRate):
            PLACE_MODELS[str(kind._meta.verbose_name)] = kind
        CHANGE_HANDLERS["fence"] = rebuild_fence_visits
        DEFAULT_READERS["geography"] = read_zone_default
