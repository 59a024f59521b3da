"""Histories of rows, which triggers write."""

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
from grilse.admin.site import ModelPermissions, admin_site
from grilse.people.models import Consent, JournalEntry, Journey

SECRET_COLUMNS = ("digest",)
HISTORY_COLUMNS = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context")


class HistoryAdmin(BaseAdmin):
    """Earlier values of rows: each change stores the row before it."""

    list_display = ("pgh_created_at", "pgh_label", "id", "changed_by", "change_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rows with the user who changed them."""
        user = Cast(KeyTextTransform("user", OuterRef("pgh_context")), BigIntegerField())
        named = get_user_model().objects.filter(pk=user).values("username")[:1]
        return super().get_queryset(request).annotate(named=Subquery(named))

    def get_column_names(self) -> list[str]:
        """Return time, kind, user and reason of the change, and the columns of the row."""
        before = [
            field.name for field in self.opts.fields if field.name not in (*HISTORY_COLUMNS, *SECRET_COLUMNS, "company")
        ]
        return ["pgh_created_at", "pgh_label", "changed_by", "change_reason", *before]

    def describe_row(self, row: Any) -> str:
        """Return what changed when."""
        return describe_event(row)

    @admin.display(description="user")
    def changed_by(self, row: Any) -> str:
        """Return the user."""
        return row.named or ""

    @admin.display(description="reason")
    def change_reason(self, row: Any) -> str:
        """Return the reason."""
        return (row.pgh_context or {}).get("reason", "")


# Nobody may view journals and consents here, nor that they changed.
PRIVATE_MODELS = (JournalEntry, Consent)
LOCATION_MODELS = (Journey,)


def _find_permissions(tracked: type[Model]) -> ModelPermissions:
    read = "access.read" if tracked in (Membership, ApiKey) else f"{tracked._meta.app_label}.read"
    if tracked in LOCATION_MODELS:
        read = "people.locate"
    return ModelPermissions(view=("audit.read", read))


def describe_event(row: Any) -> str:
    """Return what changed when."""
    return f"{row.pgh_tracked_model._meta.verbose_name} {row.id}, {row.pgh_created_at:%d %b %Y %H:%M}"


for event_model in apps.get_models():
    tracked = getattr(event_model, "pgh_tracked_model", None)
    if tracked is not None and tracked not in PRIVATE_MODELS:
        setattr(event_model, "__str__", describe_event)  # noqa: B010 - the models are made by pghistory
        admin_site.register(
            event_model,
            type(f"{tracked.__name__}HistoryAdmin", (HistoryAdmin,), {"permissions": _find_permissions(tracked)}),
        )
