"""The base of all models in the back office: verbs by permission, lists without counts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.messages import ERROR
from django.db.models import DateField, DateTimeField, Field, FloatField, IntegerField, Model, QuerySet
from django.forms import Field as FormField
from django.forms import SplitDateTimeField
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from grilse.access.change_history import RowChange, read_row_changes
from grilse.access.requests import permission_required, request_transaction
from grilse.admin.forms import PriceField, RemovalForm, WordField, Words
from grilse.admin.site import ModelPermissions, View, declare_permissions, has_permissions, require_permissions
from grilse.api.input_limits import find_model_limits
from grilse.errors import NotAllowed
from grilse.farm.models import SITE_PATHS, InHallOrArea
from grilse.people.actions.rules import read_work_rules
from grilse.people.company_time import show_company_time
from grilse.web.forms import DayField
from grilse.web.templatetags.number_formats import format_grouped, format_money

HISTORY = "audit.read"
PLAIN_NUMBERS = ("id", "number", "year", "latitude", "longitude")
"""Columns of numbers that name something or are a position."""
READ_ONLY = "_only_seen"
WRONG_FILTER_MESSAGE = "This list does not have a filter or page of that address: it shows the rows without it."


class BaseAdmin(ModelAdmin):
    """Rows that can be viewed; subclasses add the other verbs."""

    permissions: ModelPermissions
    plural_name: str = ""
    """The plural of the name, if it is not the name with an s."""
    labels: Mapping[str, str] = {}
    """What people call columns, where that is not the name of the column."""
    prices: Mapping[str, str] = {}
    """Labels of columns in hundredths of the currency, with {} for it."""
    totals: Mapping[str, Callable[[Any], float | None]] = {}
    """What a list sums over the rows that it shows, by the unit."""
    words: Mapping[str, Words | Callable[[], Words]] = {}
    """The words of text columns in which only some words are written, with labels."""
    view_fields: tuple[str, ...] = ()
    """Columns shown to users who may not change a row; by default all."""

    # The largest lists have millions of rows: they are never counted, sorted or selected as a whole.
    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    actions = None

    @property
    def list_select_related(self) -> tuple[str, ...]:
        """The references among the columns of the list; containers and stores are shown with their sites."""
        listed = [field for field in self.opts.fields if field.is_relation and field.name in self.list_display]
        at_sites = [field.name for field in listed if issubclass(field.related_model, InHallOrArea)]
        sites = [f"{name}__{path}" for name in at_sites for path in SITE_PATHS]
        return (*[field.name for field in listed], *sites)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list; numbers with their thousands apart."""
        return [self._build_column(name) for name in self.list_display]

    def _build_column(self, name: Any) -> Any:
        field = next((field for field in self.opts.fields if field.name == name), None)
        is_number = isinstance(field, IntegerField | FloatField) and not field.choices and name not in PLAIN_NUMBERS
        if field is None or not (is_number or name in self.labels):
            return name
        is_price = name in self.prices

        def show(row: Model) -> Any:
            value = getattr(row, name)
            if not is_number or value is None:
                return value
            return format_money(value) if is_price else format_grouped(value)

        label = self._label_price(name) if is_price else self.labels.get(name, field.verbose_name)
        show.short_description = label  # type: ignore[attr-defined]
        return show

    def _label_price(self, name: str) -> str:
        """Return the label of a column of prices with the currency of the company; one statement."""
        return self.prices[name].format(read_work_rules().currency)

    def list_totals(self, rows: Sequence[Any]) -> list[tuple[str, str]]:
        """Return the sums over rows by unit."""
        sums = {unit: sum(read(row) or 0 for row in rows) for unit, read in self.totals.items()}
        return [(unit, format_grouped(round(value, 1))) for unit, value in sums.items()]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the references to models whose rows can be searched here."""
        return [
            field.name
            for field in self.opts.fields
            if field.is_relation and self.admin_site.is_searchable(field.remote_field.model)
        ]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the fields of a row."""
        return self.fields or self.view_fields or self.get_column_names()

    def get_column_names(self) -> list[str]:
        """Return the names of the columns, without ids."""
        return [field.name for field in self.opts.fields if field.name not in ("id", "company")]

    def list_choices(self, rows: QuerySet[Any], link: Field) -> QuerySet[Any]:
        """Return the rows to choose from in the field of a reference."""
        return rows

    def describe_choice(self, row: Model) -> str:
        """Return the name of a row to choose."""
        return f"{row}"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may view rows, and the index shows the model."""
        return has_permissions(request, self.permissions.view)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may add a row."""
        return has_permissions(request, self.permissions.add)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may change a row."""
        return has_permissions(request, self.permissions.change) and not getattr(request, READ_ONLY, False)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may remove a row."""
        return has_permissions(request, self.permissions.delete) and not getattr(request, READ_ONLY, False)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Tell whether an address may filter the list by a lookup: only by those of its filters."""
        return lookup.partition("__")[0] in self.list_filter

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the verbs that have permissions."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        row_path = "<int:object_id>/"
        view, delete = self.permissions.view, self.permissions.delete
        views: list[tuple[str, str, View]] = [
            ("", "changelist", require_permissions(self.changelist_view, view)),
            *([("add/", "add", self.build_add_view())] if self.permissions.add else []),
            (f"{row_path}change/", "change", declare_permissions(self.row_view, view)),
            (f"{row_path}history/", "history", require_permissions(self.history_view, (*view, HISTORY))),
            *([(f"{row_path}delete/", "delete", require_permissions(self.remove_view, delete))] if delete else []),
        ]
        return [path(route, view, name=f"{name}_{verb}") for route, verb, view in views]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Show the rows; say so where the list does not have a filter or a page of the address."""
        page = request.GET.get(PAGE_VAR, "1")
        if ERROR_FLAG in request.GET or not (page.isascii() and page.isdigit()):
            self.message_user(request, WRONG_FILTER_MESSAGE, ERROR)
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            rows = list(context["cl"].result_list)
            context |= {"totals": self.list_totals(rows) if rows else [], "rows_shown": len(rows)}
        return response

    def build_add_view(self) -> View:
        """Return the view that adds a row."""
        return require_permissions(self.add_view, self.permissions.add)

    def row_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show a row in a form if the user may change it, else read-only."""
        changes = request.method == "POST" or self._is_row_changeable(request, object_id)
        if not changes:
            setattr(request, READ_ONLY, True)
        needed = self.permissions.change if changes and self.permissions.change else self.permissions.view
        return permission_required(*needed)(show_company_time(self.change_view))(request, str(object_id))

    def _is_row_changeable(self, request: HttpRequest, object_id: int) -> bool:
        if not self.permissions.change:
            return False
        try:
            with request_transaction(request, self.permissions.change):
                return self.get_object(request, str(object_id)) is not None
        except NotAllowed:
            return False

    def remove_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Ask for a reason, and remove a row."""
        row = self._get_row(request, object_id)
        sent = request.POST if request.method == "POST" else None
        form = RemovalForm(sent, remove=lambda why: self.remove_row(row, why))
        if form.is_valid():
            self.message_user(request, f"{self.describe_row(row)} was removed")
            return HttpResponseRedirect(self._build_url("changelist"))
        context = {"title": f"Remove {self.opts.verbose_name}", "form": form, "back": self._build_url("change", row)}
        return self._render_page(request, "admin/removal.html", row, context)

    def remove_row(self, row: Model, why: str) -> None:
        """Remove a row."""
        raise NotImplementedError

    def history_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show who changed a row, and its earlier values."""
        row = self._get_row(request, object_id)
        return self._render_page(
            request, "admin/history.html", row, {"title": "History", "changes": self.list_changes(object_id)}
        )

    def list_changes(self, object_id: int) -> list[RowChange]:
        """Return the changes of a row, the newest first."""
        return read_row_changes(self.model, object_id)

    def describe_row(self, row: Model) -> str:
        """Return the name of a row."""
        return f"{self.opts.verbose_name} {row}"

    def change_view(self, request: HttpRequest, object_id: str, **options: Any) -> HttpResponseBase:
        """Show a row, or a page that it is not found."""
        row = self._get_row(request, int(object_id))
        return super().change_view(request, object_id, extra_context={"subtitle": self.describe_row(row)}, **options)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **options: Any) -> FormField | None:
        """Return the field of a form: optional if the column is, and without a link that adds the referenced row."""
        if isinstance(db_field, DateField) and not isinstance(db_field, DateTimeField):
            options["form_class"] = DayField
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is None:
            return None
        if db_field.name in self.words:
            is_number = isinstance(db_field, IntegerField)
            field = WordField(self.words[db_field.name], label=field.label, coerce=int if is_number else str)
            field.required = not db_field.blank
        if db_field.name in self.prices:
            limits = find_model_limits(self.model)[db_field.name]
            field = PriceField(required=field.required, min_value=limits["minimum"], max_value=limits["maximum"])
            field.label = self._label_price(db_field.name)
        if db_field.name in self.labels:
            field.label = self.labels[db_field.name]
        if db_field.null:
            field.required = False
        if isinstance(db_field, DateTimeField):
            field.help_text = f"in {timezone.get_current_timezone_name()}"
            if isinstance(field, SplitDateTimeField):
                field.fields = (DayField(required=field.fields[0].required), *field.fields[1:])
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponseBase:
        """Offer no saving that stays on the page: an event saved twice would be entered twice."""
        return super().render_change_form(request, {**context, "show_save_and_continue": False}, **options)

    def log_addition(self, *args: Any, **kwargs: Any) -> None:
        """Write no log entry: the audit records the changes of all interfaces."""

    log_change = log_deletions = log_addition

    def _get_row(self, request: HttpRequest, object_id: int) -> Model:
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        return row

    def _render_page(
        self, request: HttpRequest, template: str, row: Model, context: dict[str, Any]
    ) -> TemplateResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "original": row}
        return TemplateResponse(request, template, {**frame, "subtitle": self.describe_row(row), **context})

    def _build_url(self, verb: str, row: Model | None = None) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"
        return reverse(name, args=[] if row is None else [row.pk])
