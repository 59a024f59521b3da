"""Forms that run an action when they are valid, and show its refusal beside their fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from grilse.confirmation import CONFIRM_LABEL, ConfirmationRequired, accept_confirmed
from grilse.errors import GrilseError, describe_unknown_name
from grilse.input_types import NUMBER, TICKS, WHOLE_NUMBER


def build_reason_field(label: str) -> forms.CharField:
    """Return a field for a reason."""
    return forms.CharField(label=label, max_length=200, widget=UnfoldAdminTextInputWidget)


class ReferenceField(forms.ModelChoiceField):
    """A choice of a row by its id; the action refuses an id that does not exist."""

    def to_python(self, value: Any) -> int | None:
        """Return the id."""
        if value in self.empty_values:
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ValidationError("choose one") from None


class ActingForm(forms.BaseForm):
    """A form whose validation includes an action."""

    def act(self) -> None:
        """Run the action."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Refuse unknown fields, then run the action in a savepoint, which a refusal rolls back."""
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
            field = names.get(name)
            if isinstance(field, forms.BooleanField) and values[0] not in TICKS:
                raise GrilseError(f"{name}: tick the box, or leave it empty", field=name)
            # Django reads 5.0, 1_000 and digits of other scripts as whole numbers; a FloatField is an IntegerField too.
            pattern = NUMBER if isinstance(field, forms.FloatField | forms.DecimalField) else WHOLE_NUMBER
            if isinstance(field, forms.IntegerField) and values[0] and not pattern.fullmatch(values[0].strip()):
                raise GrilseError(f"{name}: {values[0][:80]} is no number: write it as 1500", field=name)


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
