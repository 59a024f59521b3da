"""What all rows of the office have in common: verbs by permission, lists that count nothing."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, Model
from django.forms import Field as FormField
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from grilse.access.change_history import RowChange, read_row_changes
from grilse.access.requests import permission_required, request_transaction
from grilse.admin.forms import RemovalForm
from grilse.admin.permissions import ModelPermissions, has_permissions
from grilse.admin.site import View, declare_permissions, require_permissions
from grilse.errors import NotAllowed

HISTORY = "audit.read"
READ_ONLY = "_only_seen"


class BaseAdmin(ModelAdmin):
    """Rows that can be seen; what else may be done with them, the classes below say."""

    permissions: ModelPermissions
    plural_name: str = ""
    """What they are called, where an s at the end does not do."""
    view_fields: tuple[str, ...] = ()
    """What a row shows to those who may not change it; by default all columns."""

    # The largest lists have millions of rows: nothing of them is counted, sorted or chosen as a whole.
    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    actions = None

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what a row shows."""
        return self.fields or self.view_fields or self.get_column_names()

    def get_column_names(self) -> list[str]:
        """Return the names of the columns that say something."""
        return [field.name for field in self.opts.fields if field.name not in ("id", "company")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether the list of rooms shows these rows."""
        return has_permissions(request, self.permissions.view)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether rows may be seen."""
        return has_permissions(request, self.permissions.view)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether a row may be added."""
        return has_permissions(request, self.permissions.add)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether a row may be changed."""
        return has_permissions(request, self.permissions.change) and not getattr(request, READ_ONLY, False)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether a row may be taken away."""
        return has_permissions(request, self.permissions.delete) and not getattr(request, READ_ONLY, False)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Tell whether an address may narrow the list so: by what its filters offer and nothing else."""
        return lookup.partition("__")[0] in self.list_filter

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the verbs that somebody may do."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        row_path = "<int:object_id>/"
        addresses: list[tuple[str, View, str]] = [
            ("", require_permissions(self.changelist_view, self.permissions.view), "changelist")
        ]
        if self.permissions.add:
            addresses.append(("add/", self.build_add_view(), "add"))
        addresses.append((f"{row_path}change/", declare_permissions(self.row_view, self.permissions.view), "change"))
        addresses.append(
            (
                f"{row_path}history/",
                require_permissions(self.history_view, (*self.permissions.view, HISTORY)),
                "history",
            )
        )
        if self.permissions.delete:
            addresses.append(
                (f"{row_path}delete/", require_permissions(self.remove_view, self.permissions.delete), "delete")
            )
        return [path(route, view, name=f"{name}_{verb}") for route, view, verb in addresses]

    def build_add_view(self) -> View:
        """Return the view that adds a row."""
        return require_permissions(self.add_view, self.permissions.add)

    def row_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show a row as one that may be changed, where a role reaches it that may, and else as it stands."""
        changes = request.method == "POST" or self._is_row_changeable(request, object_id)
        if not changes:
            setattr(request, READ_ONLY, True)
        needed = self.permissions.change if changes and self.permissions.change else self.permissions.view
        return permission_required(*needed)(self.change_view)(request, str(object_id))

    def _is_row_changeable(self, request: HttpRequest, object_id: int) -> bool:
        if not self.permissions.change:
            return False
        try:
            with request_transaction(request, self.permissions.change):
                return self.get_object(request, str(object_id)) is not None
        except NotAllowed:
            return False

    def remove_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Ask why a row is to be taken away, and take it away."""
        row = self._get_row(request, object_id)
        sent = request.POST if request.method == "POST" else None
        form = RemovalForm(sent, remove=lambda why: self.remove_row(row, why))
        if form.is_valid():
            self.message_user(request, f"{self.describe_row(row)} was taken away")
            return HttpResponseRedirect(self._build_url("changelist"))
        shown = {"title": f"Take away {self.opts.verbose_name}", "form": form, "back": self._build_url("change", row)}
        return self._render_page(request, "admin/removal.html", row, shown)

    def remove_row(self, row: Model, why: str) -> None:
        """Take a row away."""
        raise NotImplementedError

    def history_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show who changed a row, and what was there before."""
        row = self._get_row(request, object_id)
        return self._render_page(
            request, "admin/history.html", row, {"title": "History", "changes": self.list_changes(object_id)}
        )

    def list_changes(self, object_id: int) -> list[RowChange]:
        """Return what became of a row, the newest first."""
        return read_row_changes(self.model, object_id)

    def describe_row(self, row: Model) -> str:
        """Return what a row is called."""
        return f"{self.opts.verbose_name} {row}"

    def change_view(self, request: HttpRequest, object_id: str, **options: Any) -> HttpResponseBase:
        """Show a row; one that is not there is not found."""
        row = self._get_row(request, int(object_id))
        return super().change_view(request, object_id, extra_context={"subtitle": self.describe_row(row)}, **options)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **options: Any) -> FormField | None:
        """Return the field of a form; what may be null may be left out, and nothing is added on the way."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is None:
            return None
        if db_field.null:
            field.required = False
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponseBase:
        """Offer no saving that stays on the page: an event that is saved twice is entered twice."""
        return super().render_change_form(request, {**context, "show_save_and_continue": False}, **options)

    def log_addition(self, *args: Any, **kwargs: Any) -> None:
        """Keep no log of its own: the audit keeps what every door does."""

    log_change = log_deletions = log_addition

    def _get_row(self, request: HttpRequest, object_id: int) -> Model:
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        return row

    def _render_page(self, request: HttpRequest, template: str, row: Model, shown: dict[str, Any]) -> TemplateResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts, "original": row}
        return TemplateResponse(request, template, {**around, "subtitle": self.describe_row(row), **shown})

    def _build_url(self, verb: str, row: Model | None = None) -> str:
        of = f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"
        return reverse(of, args=[] if row is None else [row.pk])
