"""Django application of the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the room for Django."""

    name = "grilse.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what stands be added and changed as places are."""
        from grilse.farm.places import FOLLOWING, KINDS
        from grilse.people.models import Fence, Person, Team, TransportRate
        from grilse.people.tracks.visits import revisited

        KINDS["person"] = Person
        for kind in (Team, Fence, TransportRate):
            KINDS[str(kind._meta.verbose_name)] = kind
        FOLLOWING["fence"] = revisited
