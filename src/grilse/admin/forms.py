"""Forms that run an action when they are valid, and show its refusal beside their fields."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models, transaction
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from grilse.admin.site import admin_site
from grilse.confirmation import CONFIRM_LABEL, ConfirmationRequired, accept_confirmed
from grilse.errors import GrilseError, describe_unknown_name
from grilse.web.forms import iter_mistyped_fields, parse_number


def build_reason_field(label: str) -> forms.CharField:
    """Return a field for a reason."""
    return forms.CharField(label=label, max_length=200, widget=UnfoldAdminTextInputWidget)


class ReferenceField(forms.ModelChoiceField):
    """A choice of a row by its id; the action refuses an id that does not exist."""

    def to_python(self, value: Any) -> int | None:
        """Return the id."""
        if value in self.empty_values:
            return None
        id = parse_number(f"{value}")
        if id is None:
            raise ValidationError("choose one")
        return id

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return the id to show again; of a text that is no id the widget could not look up a name."""
        return data if parse_number(f"{data}") else None


HUNDREDTHS, ROUNDING = 100, 1e-6
Words = Iterable[Any]
"""Words with their labels, or groups of them, as the choices of a Django field."""


class WordField(forms.TypedChoiceField):
    """A choice of fixed words or numbers; the action refuses other words, and a stored one stays."""

    def __init__(
        self, words: Words | Callable[[], Words], *, label: str | None = None, coerce: Callable[[Any], Any] = str
    ) -> None:
        self.words = words
        look = {"widget": UnfoldAdminSelectWidget, "choices": self._list_choices}
        super().__init__(label=label, required=False, coerce=coerce, empty_value="" if coerce is str else None, **look)

    def _list_choices(self) -> list[Any]:
        return [("", "Select value"), *(self.words() if callable(self.words) else self.words)]

    def valid_value(self, value: str) -> bool:
        """Accept every word, which the action checks, but no other number."""
        return self.coerce is str or super().valid_value(value)

    def offer(self, word: Any) -> None:
        """Offer a word, if it is not offered."""
        if word not in self.empty_values and not super().valid_value(word):
            self.choices = [*self._list_choices(), (word, word)]


class PriceField(forms.FloatField):
    """An amount of money, whose value is in hundredths of the currency."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        limits: dict[str, Any] = {"min_value": min_value / HUNDREDTHS, "max_value": max_value / HUNDREDTHS}
        super().__init__(widget=UnfoldAdminDecimalFieldWidget, **limits, **options)

    def prepare_value(self, value: Any) -> Any:
        """Return the amount of a stored value; a text that was sent stays."""
        return f"{value / HUNDREDTHS:.2f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Return the amount in hundredths."""
        amount = super().clean(value)
        if amount is None:
            return None
        hundredths = round(amount * HUNDREDTHS)
        if abs(hundredths - amount * HUNDREDTHS) > ROUNDING:
            raise ValidationError("write two decimals at most, as 14.25")
        return hundredths


def label_words(*words: str) -> list[tuple[str, str]]:
    """Return words with labels that begin with a capital letter."""
    return [(word, word.replace("_", " ").capitalize()) for word in words]


def build_lookup_field(model: type[models.Model], name: str, label: str) -> ReferenceField:
    """Return a field for the row that a column refers to, found by a part of its name or of its site's."""
    link: Any = model._meta.get_field(name)
    rows = link.remote_field.model._default_manager.all()
    return ReferenceField(rows, label=label, required=False, widget=AutocompleteSelect(link, admin_site))


class ActingForm(forms.BaseForm):
    """A form whose validation includes an action."""

    def act(self) -> None:
        """Run the action."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Refuse wrong fields, then run the action in a savepoint, which a refusal rolls back."""
        for name, message in iter_mistyped_fields(self):
            self.add_error(name, message)
        if not self.errors:
            try:
                self._refuse_unknown_fields()
                with transaction.atomic(), accept_confirmed(bool(self.cleaned_data.get("confirm"))):
                    self.act()
            except ConfirmationRequired as error:
                self.ask(str(error))
            except GrilseError as error:
                self.add_error(error.field if error.field in self.fields else None, str(error))
        return self.cleaned_data

    def ask(self, question: str) -> None:
        """Show what is unlikely, with a switch that confirms it."""
        if "confirm" in self.fields:
            self.fields["confirm"].widget = UnfoldBooleanSwitchWidget()
        self.add_error("confirm" if "confirm" in self.fields else None, question)

    def _refuse_unknown_fields(self) -> None:
        names = {self.add_prefix(name): field for name, field in self.fields.items()}
        parts = {
            f"{name}{part}" for name, field in names.items() for part in getattr(field.widget, "widgets_names", ())
        }
        sent: Any = self.data  # a QueryDict
        for name, values in sent.lists():
            # The buttons of the back office begin with an underscore.
            if name not in names and name not in parts and not name.startswith(("_", "csrf")):
                raise GrilseError(describe_unknown_name("field", name, list(names)))
            if len(values) > 1:
                raise GrilseError(f"{name} is there twice: send it once")


class ActionForm(ActingForm, forms.ModelForm):
    """Adds or changes a row by an action."""

    action: Callable[["ActionForm"], models.Model]
    """Adds or changes the row; set by the admin of the model."""

    why = build_reason_field("Reason for the correction")
    # Hidden until the action asks for a confirmation.
    confirm = forms.BooleanField(label=CONFIRM_LABEL, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.declared_fields) - set(self._meta.fields or ()):
            del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, WordField):
                field.offer(getattr(self.instance, name, ""))

    def act(self) -> None:
        """Run the action; the form is then of its row."""
        self.instance = type(self).action(self)

    def _post_clean(self) -> None:
        """Do not validate or fill the row: the action did."""


class RemovalForm(ActingForm, forms.Form):
    """Removes a row for a reason."""

    why = build_reason_field("Reason")

    def __init__(self, *args: Any, remove: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remove = remove

    def act(self) -> None:
        """Remove the row."""
        self.remove(self.cleaned_data["why"])
