"""Every field that people and programs enter, at every interface, with the values that it accepts.

The values are a JSON schema whatever the interface: it is derived from the schemas of the API, from the columns of
packages and files, from the fields of forms and from the options of commands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from inspect import unwrap
from types import NoneType
from typing import Any, get_args, get_type_hints

from django import forms
from django.db import models
from pydantic import TypeAdapter

from grilse.admin import urls as _registered  # noqa: F401 - registers the models
from grilse.admin.editing import EventAdmin, MasterDataAdmin
from grilse.admin.forms import HUNDREDTHS
from grilse.admin.site import admin_site
from grilse.api import api
from grilse.api.input_limits import describe_column, find_entry_limits, find_model_limits
from grilse.environment.parameters import PARAMETERS
from grilse.exchange.columns import PackageTable
from grilse.exchange.official import BIOMASS_FILE, LICE_FILE
from grilse.exchange.tables import TABLES
from grilse.helpdesk.actions.tickets import NewTicket
from grilse.people.journal_entries import NewEntry
from grilse.web.companies import COMPANY_FIELDS
from grilse.web.forms import ActionForm, ReasonForm, parse_day, parse_number, parse_text
from grilse.web.helpdesk_forms import CommentForm, NewTicketForm, TicketForm
from grilse.web.helpdesk_ticket import STEPS
from grilse.web.journal_consents import CONFLICT_FIELDS, CONSENT_FIELDS
from grilse.web.journal_forms import EntryForm
from grilse.web.pages import QUERY_ATTRIBUTE
from grilse.web.people_tracks import JOURNEY_FIELDS
from grilse.web.review import REVIEW_FIELDS
from grilse.web.roles_page import ChangeForm, ColleagueForm
from grilse.web.scope import CHOICE_FIELDS
from grilse.web.urls import urlpatterns

Values = Mapping[str, Any]

API, ADDRESS, SYNC, PACKAGE, READINGS = (
    "API",
    "address of the API",
    "sync of phones",
    "farm package",
    "file of readings",
)
PAGE, PAGE_ADDRESS, BACK_OFFICE, OFFICIAL = "page", "address of a page", "back office", "official file"
COMMAND = "command"
SYNC_PATH = "/sync"
TEXT: Values = {"type": "string"}
FORMS_BY_PAGE: dict[str, type[ActionForm]] = {
    "journal": EntryForm,
    "new ticket": NewTicketForm,
    "comment": CommentForm,
    "new colleague": ColleagueForm,
    "change a role": ChangeForm,
    **{f"{verb} a ticket": step.form for verb, step in STEPS.items() if step.form.base_fields},
}
FORM_ENTRIES: tuple[tuple[type[ActionForm], type], ...] = ((EntryForm, NewEntry), (TicketForm, NewTicket))
FIELDS_BY_PAGE = {
    "consents": CONSENT_FIELDS,
    "conflicts": CONFLICT_FIELDS,
    "conveyance": JOURNEY_FIELDS,
    "records to review": REVIEW_FIELDS,
    "company": COMPANY_FIELDS,
    "geography and site": CHOICE_FIELDS,
}
PARAMETER_TYPES: Mapping[Any, Values] = {
    parse_text: TEXT,
    parse_number: {"type": "integer", "minimum": 1},
    parse_day: {"type": "string", "format": "date"},
}
OPTIONAL_ANSWER = "agree"  # without it a consent is withdrawn
ANNOTATIONS = ("title", "description", "default")
FORM_TYPES: tuple[tuple[type[forms.Field], Values], ...] = (
    (forms.IntegerField, {"type": "integer"}),
    (forms.DateTimeField, {"type": "string", "format": "date-time"}),
    (forms.BooleanField, {"type": "boolean"}),
)
MODEL_TYPES: tuple[tuple[type[models.Field], Values], ...] = (
    (models.ForeignKey, {"type": "integer"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.BooleanField, {"type": "boolean"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string", "format": "time"}),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class InputField:
    """A field, parameter, column or option."""

    interface: str
    places: tuple[str, ...]
    """The operations, tables, pages or commands that have it."""
    name: str
    """Its path, such as `counts[].fish_counted`."""
    values: Values
    """The JSON schema of its values."""
    required: bool
    default: Any = None


def list_input_fields(program: Any) -> list[InputField]:
    """Return the fields of all interfaces, with the options of a program and its commands.

    Equal fields of one interface are one, with all their places.
    """
    merged: dict[tuple[str, ...], InputField] = {}
    for field in _iter_fields(program):
        words = [field.values["const"]] if "const" in field.values else []
        kind = repr(field.values) if not words else f"one word of {field.places}"
        key = (field.interface, field.name, kind, repr(field.required), repr(field.default))
        same = merged.get(key, field)
        values = {"type": "string", "enum": [*same.values.get("enum", []), *words]} if words else field.values
        merged[key] = replace(same, places=tuple(dict.fromkeys(same.places + field.places)), values=values)
    return list(merged.values())


def _iter_fields(program: Any) -> Iterator[InputField]:
    yield from _iter_api_fields()
    for table in TABLES.values():
        yield from _iter_columns(PACKAGE, f"{table.name}.csv", table)
    yield from _iter_reading_fields()
    yield from _iter_page_fields()
    yield from _iter_page_parameters()
    yield from _iter_back_office_fields()
    for table in (LICE_FILE, BIOMASS_FILE):
        yield from _iter_columns(OFFICIAL, table.name, table)
    yield from _iter_options(program)


def iter_operations() -> Iterator[tuple[str, Any]]:
    """Yield the name, such as `POST /meals`, and the declaration of each operation of the API."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{operation.methods[0]} {path.replace('path:', '')}", operation


def _iter_api_fields() -> Iterator[InputField]:
    for place, operation in iter_operations():
        for model in operation.models:
            schema = model.model_json_schema(by_alias=True)
            interface, prefix = ADDRESS, ""
            if model.__ninja_param_source__ == "body":
                interface = SYNC if place.endswith(SYNC_PATH) else API
                prefix = model.__read_from_single_attr__
            for field in iter_schema_fields(schema, schema.get("$defs", {})):
                # Parameters that several operations share come from a schema of their own.
                name = field.name.removeprefix(prefix).removeprefix(".") if prefix else field.name.rpartition(".")[2]
                if name and not (interface == ADDRESS and "$ref" in field.values):
                    yield replace(field, interface=interface, places=(place,), name=name)


def iter_schema_fields(schema: Values, definitions: Values, path: str = "") -> Iterator[InputField]:
    """Yield the fields of a JSON schema, those of nested objects by their paths."""
    for name, values in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        full_name = f"{path}.{name}" if path else name
        for inner_path, nested in _iter_nested(full_name, values, definitions):
            yield from iter_schema_fields(nested, definitions, inner_path)
        default = values.get("default")
        kind = strip_annotations(values)
        yield InputField(interface="", places=(), name=full_name, values=kind, required=required, default=default)


def strip_annotations(values: Any) -> Any:
    """Return a JSON schema without what only describes it."""
    if isinstance(values, Mapping):
        return {name: strip_annotations(part) for name, part in values.items() if name not in ANNOTATIONS}
    return [strip_annotations(part) for part in values] if isinstance(values, list) else values


def _iter_nested(path: str, values: Values, definitions: Values) -> Iterator[tuple[str, Values]]:
    """Yield the objects that a field consists of, with their paths."""
    if "$ref" in values:
        yield path, definitions[values["$ref"].rpartition("/")[2]]
    if "items" in values:
        yield from _iter_nested(f"{path}[]", values["items"], definitions)
    for member in (*values.get("anyOf", ()), *values.get("oneOf", ())):
        yield from _iter_nested(path, member, definitions)


def _iter_columns(interface: str, place: str, table: PackageTable) -> Iterator[InputField]:
    for column in table.columns:
        required = column.name in table.required_columns
        yield InputField(
            interface=interface,
            places=(place,),
            name=column.name,
            values=describe_column(column),
            required=required,
            default=column.default or None,
        )


def _iter_reading_fields() -> Iterator[InputField]:
    moment = {"type": "string", "format": "date-time"}
    columns: dict[str, tuple[Values, bool]] = {
        "container": ({"type": "string", "description": "name or id"}, True),
        "container_id": ({"type": "integer", "description": "id of that container, as exports have it"}, False),
        "at": (moment, True),
        **{
            name: ({"type": "number", "minimum": least, "maximum": most}, False)
            for name, (least, most) in PARAMETERS.items()
        },
        "parameter": ({"type": "string", "enum": list(PARAMETERS)}, False),
        "value": ({"type": "number"}, False),
    }
    for name, (values, required) in columns.items():
        places = ("JSON lines", "CSV", "Arrow")
        yield InputField(interface=READINGS, places=places, name=name, values=values, required=required)


def _iter_page_fields() -> Iterator[InputField]:
    for page, form in FORMS_BY_PAGE.items():
        entry_class = next((entry for kind, entry in FORM_ENTRIES if issubclass(form, kind)), object)
        for name, field in form.base_fields.items():
            kind = next((values for type_, values in FORM_TYPES if isinstance(field, type_)), TEXT)
            kind = {**kind, **find_entry_limits(entry_class).get(name, {})}
            is_asked = field.required and not isinstance(field, (forms.FileField, forms.BooleanField))
            required = is_asked or form is ReasonForm or name in _list_required_names(entry_class)
            yield InputField(interface=PAGE, places=(page,), name=name, values=kind, required=required)
    for page, accepted_by_field in FIELDS_BY_PAGE.items():
        for name, accepted in accepted_by_field.items():
            values, required = _describe_accepted(accepted), name != OPTIONAL_ANSWER
            yield InputField(interface=PAGE, places=(page,), name=name, values=values, required=required)


def _describe_accepted(accepted: Any, *more_words: str) -> Values:
    return PARAMETER_TYPES[accepted] if callable(accepted) else {**TEXT, "enum": [*more_words, *accepted]}


def _iter_page_parameters() -> Iterator[InputField]:
    patterns: list[Any] = urlpatterns
    for pattern in patterns:
        for name, accepted in getattr(getattr(pattern, "callback", None), QUERY_ATTRIBUTE, {}).items():
            place, values = f"/{pattern.pattern}", _describe_accepted(accepted, "")
            yield InputField(interface=PAGE_ADDRESS, places=(place,), name=name, values=values, required=False)


def _list_required_names(entry_class: type) -> list[str]:
    entry_fields = fields(entry_class) if is_dataclass(entry_class) else ()
    return [field.name for field in entry_fields if field.default is MISSING and field.default_factory is MISSING]


def _iter_back_office_fields() -> Iterator[InputField]:
    for model, model_admin in admin_site._registry.items():
        if isinstance(model_admin, EventAdmin):
            names = model_admin.get_entry_fields()
        elif isinstance(model_admin, MasterDataAdmin):
            names = model_admin.get_column_names()
        else:
            continue
        for name in names:
            is_price = name in model_admin.prices
            yield from _iter_model_fields(str(model._meta.verbose_name_plural), model, name, is_price=is_price)


def _iter_model_fields(
    place: str, model: type[models.Model], name: str, *, is_price: bool = False
) -> Iterator[InputField]:
    source = next((field for field in model._meta.concrete_fields if field.name == name), None)
    if source is not None:
        kind = next((kind for type_, kind in MODEL_TYPES if isinstance(source, type_)), TEXT)
        values = {**kind, **find_model_limits(model).get(name, {})}
        if is_price:
            # Stored in hundredths.
            values = {"type": "number", **{bound: values[bound] / HUNDREDTHS for bound in ("minimum", "maximum")}}
        required = not (source.null or source.blank or source.has_default())
        yield InputField(interface=BACK_OFFICE, places=(place,), name=name, values=values, required=required)


def _iter_options(program: Any) -> Iterator[InputField]:
    for command_name, command in iter_commands(program, "grilse"):
        for option in command.params:
            if option.name != "help":
                yield InputField(
                    interface=COMMAND,
                    places=(command_name,),
                    name=option.opts[0],
                    values=_describe_option(command, option),
                    required=option.required,
                    default=None if callable(option.default) else option.default,
                )


def _describe_option(command: Any, option: Any) -> Values:
    hint = get_type_hints(unwrap(command.callback), include_extras=True)[option.name]
    kind, [info, *_] = hint.__origin__, hint.__metadata__
    while get_args(kind):  # str | None, list[str]
        kind = next(part for part in get_args(kind) if part is not NoneType)
    # Every option that is a moment is written as a day.
    schema = TypeAdapter(date if kind is datetime else kind).json_schema()
    bounds = {"minimum": info.min, "maximum": info.max}
    return strip_annotations(schema) | {name: bound for name, bound in bounds.items() if bound is not None}


def iter_commands(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Yield every command with its words."""
    inner_commands = getattr(command, "commands", None)
    if inner_commands is None:
        yield " ".join(path), command
        return
    for name, inner in inner_commands.items():
        yield from iter_commands(inner, *path, name)
