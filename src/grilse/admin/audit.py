"""What rows were before they were changed, as the triggers kept it: looked at, never changed."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest

from grilse.access.models import ApiKey, Membership
from grilse.admin.base import BaseAdmin
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.people.models import Consent, JournalEntry, Journey

SECRET_COLUMNS = ("digest",)
HISTORY_COLUMNS = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context")


class HistoryAdmin(BaseAdmin):
    """Rows as they were; a change is kept as the row was before it."""

    list_display = ("pgh_created_at", "pgh_label", "id", "changed_by", "change_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read who did it along with the rows."""
        user = Cast(KeyTextTransform("user", OuterRef("pgh_context")), BigIntegerField())
        named = get_user_model().objects.filter(pk=user).values("username")[:1]
        return super().get_queryset(request).annotate(named=Subquery(named))

    def get_column_names(self) -> list[str]:
        """Return when, what, who and why, and the row as it was."""
        before = [
            field.name for field in self.opts.fields if field.name not in (*HISTORY_COLUMNS, *SECRET_COLUMNS, "company")
        ]
        return ["pgh_created_at", "pgh_label", "changed_by", "change_reason", *before]

    @admin.display(description="user")
    def changed_by(self, row: Any) -> str:
        """Show who did it."""
        return row.named or ""

    @admin.display(description="reason")
    def change_reason(self, row: Any) -> str:
        """Show why."""
        return (row.pgh_context or {}).get("reason", "")


# What somebody wrote, and agreed to, is nobody's to look at here, not even that it changed.
PRIVATE_MODELS = (JournalEntry, Consent)
LOCATION_MODELS = (Journey,)


def _find_permissions(tracked: type[Model]) -> ModelPermissions:
    read = "access.read" if tracked in (Membership, ApiKey) else f"{tracked._meta.app_label}.read"
    if tracked in LOCATION_MODELS:
        read = "people.locate"
    return ModelPermissions(view=("audit.read", read))


for event_model in apps.get_models():
    of = getattr(event_model, "pgh_tracked_model", None)
    if of is not None and of not in PRIVATE_MODELS:
        admin_site.register(
            event_model, type(f"{of.__name__}HistoryAdmin", (HistoryAdmin,), {"permissions": _find_permissions(of)})
        )
