"""Forms whose values the actions check, so that pages refuse in the words of every other interface."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic_core import PydanticCustomError

from grilse.errors import GrilseError, describe_unknown_name
from grilse.input_types import CLOCK, TEXT_FORMATS, TICKS, TextFormat, build_format, shorten_json

FORM_ERROR_STATUS = 422
FIELD, PARAMETER = "field", "parameter"
AcceptedValues = Mapping[str, Collection[str] | Callable[[str], Any]]
"""What fields of a form or parameters of a page accept: words, or the function that parses a text."""
FORM_FORMATS: tuple[tuple[type[forms.Field], TextFormat], ...] = (
    (forms.FloatField, TEXT_FORMATS[float]),
    (forms.IntegerField, TEXT_FORMATS[int]),
    (forms.DateField, lambda text: _check_day(text)),
    (forms.TimeField, build_format(CLOCK, "a time of day, as 08:30")),
    (forms.BooleanField, build_format("|".join(filter(None, TICKS)), "on: tick the box, or leave it empty")),
)
"""What Django's fields read more loosely: 1_000 and 5.0 as whole numbers."""
DAY_FORMATS = "a day, as 2026-05-01, 01.05.2026, 1 May 2026, today or yesterday"
DAY_PATTERNS = {r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d", r"\d{1,2}\.\d{1,2}\.\d{4}": "%d.%m.%Y",
                r"\d{2}/\d{2}/\d{4}": "%d/%m/%Y"}  # fmt: skip
DAY_WITH_MONTH = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})\.? (\d{4})", re.ASCII)
# As pages write months in English, Norwegian and Faroese, and in whole words.
MONTH_NAMES = (
    "jan january januar", "feb february februar", "mar march mars", "apr april", "may mai", "jun june juni",
    "jul july juli", "aug august", "sep sept september", "oct october okt oktober", "nov november",
    "dec december des desember",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
NAMED_DAYS = {"today": 0, "yesterday": 1, "i dag": 0, "i går": 1}
"""Days ago."""
CSRF_FIELD = "csrfmiddlewaretoken"


class TextField(forms.CharField):
    """A text, which may be empty."""

    def __init__(self, *, max_length: int | None = None, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs |= {"autocomplete": "off"} | ({"maxlength": max_length} if max_length else {})

    def run_validators(self, value: str) -> None:
        """Leave the checks to the action."""


class ChoiceField(TextField):
    """A choice, of which nothing is possible too."""

    def __init__(self, choices: Any = (), **options: Any) -> None:
        super().__init__(widget=forms.Select(choices=choices), **options)


class IdField(forms.IntegerField):
    """The id of a chosen row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **{"widget": forms.Select, **options})


class TickInput(forms.CheckboxInput):
    """A box, whose field reads the word that is sent for it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the word, empty where the box is not ticked."""
        return data.get(name, "")


class TickField(forms.BooleanField):
    """A box that is ticked or not."""

    widget = TickInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> bool:
        """Return whether the box is ticked."""
        if value not in TICKS:
            raise ValidationError(_("Tick the box, or leave it empty."))
        return TICKS[value]


# An offset would be dropped.
LOCAL_TIME = build_format(rf"\d{{4}}-\d{{2}}-\d{{2}}T{CLOCK}", "a time, as 2026-05-01T06:00")


class LocalTimeInput(forms.DateTimeInput):
    """A time in the format of browsers."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LocalTimeField(forms.DateTimeField):
    """A time in the time zone of the page; of an hour that occurs twice the first."""

    widget = LocalTimeInput

    def to_python(self, value: Any) -> datetime:
        """Return the time, with its zone."""
        try:
            return datetime.fromisoformat(LOCAL_TIME(value)).replace(tzinfo=timezone.get_current_timezone())
        except (PydanticCustomError, ValueError) as error:
            raise ValidationError(_("Say when: a day and an hour.")) from error


class ActionForm(forms.Form):
    """A form of an action."""

    id_pattern: ClassVar[str] = "id_%s"
    error_fields: ClassVar[Mapping[str, str]] = {}
    """Fields of the form by what the action calls them, where the names differ."""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **{"auto_id": self.id_pattern, **options})
        self.result: Any = None

    def full_clean(self) -> None:
        """Check the fields, and refuse those that the form does not have."""
        super().full_clean()
        if isinstance(self.data, QueryDict):
            try:
                refuse_unknown_fields(self.data, {self.add_prefix(name): str for name in self.fields})
            except GrilseError as error:
                self.add_error(None, f"{error}")
            for name, message in iter_mistyped_fields(self):
                self.add_error(name, message)

    def run(self, action: Callable[..., Any], *arguments: Any) -> bool:
        """Call an action with the values of the form and keep its result; False where it refuses them."""
        if self.is_valid():
            try:
                self.result = action(*arguments, **self.cleaned_data)
            except GrilseError as error:
                field = self.error_fields.get(error.field, error.field)
                text = f"{error}"
                self.add_error(field if field in self.fields else None, f"{text[:1].upper()}{text[1:]}.")
        return not self.errors

    @property
    def status(self) -> int:
        """The status of the page that shows the form."""
        return FORM_ERROR_STATUS if self.errors else 200


def parse_text(text: str) -> str | None:
    """Return a text; None if it has a NUL, which PostgreSQL refuses."""
    return None if "\x00" in text else text


def parse_number(text: str) -> int | None:
    """Return a number from 1 with up to 18 digits, None for any other text."""
    return int(text) if re.fullmatch("[1-9][0-9]{0,17}", text) else None


def parse_day(text: str) -> date | None:
    """Return a day such as 2026-05-01, 01.05.2026, 1 May 2026, today or yesterday; None for any other text."""
    text = text.strip()
    if text.lower() in NAMED_DAYS:
        return timezone.localdate() - timedelta(days=NAMED_DAYS[text.lower()])
    for pattern, day_format in DAY_PATTERNS.items():
        if re.fullmatch(pattern, text, re.ASCII):
            with suppress(ValueError):
                return datetime.strptime(text, day_format).date()  # noqa: DTZ007 - a day has no zone
    match = DAY_WITH_MONTH.fullmatch(text.lower())
    if match and match[2] in MONTHS:
        with suppress(ValueError):
            return date(int(match[3]), MONTHS[match[2]], int(match[1]))
    return None


def _check_day(text: Any) -> Any:
    if parse_day(text) is None:
        raise PydanticCustomError("format", "{value} is not {description}", {"value": text, "description": DAY_FORMATS})
    return text


class DayField(forms.DateField):
    """A day, in any of the formats that people write."""

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        day = parse_day(f"{value}")
        if day is None:
            raise ValidationError(f"{value} is not {DAY_FORMATS}.")
        return day


VALUE_NAMES: Mapping[Any, str] = {parse_text: "text", parse_number: "number", parse_day: DAY_FORMATS.removeprefix("a ")}


def iter_mistyped_fields(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """Yield the fields whose texts are in no format of their types, with a message about each."""
    for name, field in form.fields.items():
        parts = zip(getattr(field.widget, "widgets_names", ()), getattr(field, "fields", ()), strict=False)
        for suffix, part in [("", field), *parts]:
            text = form.data.get(f"{form.add_prefix(name)}{suffix}")
            text_format = next((text_format for type_, text_format in FORM_FORMATS if isinstance(part, type_)), None)
            if text_format is not None and text and name not in form.errors:
                try:
                    text_format(text)
                except PydanticCustomError as error:
                    yield name, f"{error.message()}."


def refuse_unknown_fields(sent: QueryDict, accepted_by_field: AcceptedValues, *, kind: str = FIELD) -> None:
    """Refuse fields that a form does not have, values that a field does not have, and fields that are sent twice."""
    for name, values in sent.lists():
        if name == CSRF_FIELD:
            continue
        if name not in accepted_by_field:
            raise GrilseError(describe_unknown_name(kind, name, accepted_by_field))
        if len(values) > 1:
            raise GrilseError(f"{name} is there twice: send it once", field=name)
        accepted, text = accepted_by_field[name], str(values[0])
        if callable(accepted):
            if text and accepted(text) is None:
                raise GrilseError(f"{name}: {shorten_json(text)} is no {VALUE_NAMES[accepted]}", field=name)
        elif text not in accepted and (text or kind == FIELD):
            raise GrilseError(describe_unknown_name(name, text, accepted), field=name)


def check_fields(sent: QueryDict, accepted_by_field: AcceptedValues, *, optional: Collection[str] = ()) -> None:
    """Refuse unknown and repeated fields and values, and missing fields."""
    refuse_unknown_fields(sent, accepted_by_field)
    for name in accepted_by_field:
        if name not in sent and name not in optional:
            raise GrilseError(f"{name} is missing: send it", field=name)


class ReasonForm(ActionForm):
    """The reason of a change."""

    reason = TextField(label=_("Why"), max_length=200)
