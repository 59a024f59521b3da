"""Forms that do, when they are sent, what the other doors do, and are refused in the same words."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from unfold.widgets import UnfoldAdminTextInputWidget

from grilse.errors import GrilseError


def build_reason_field(label: str) -> forms.CharField:
    """Return the field that asks why."""
    return forms.CharField(label=label, max_length=200, widget=UnfoldAdminTextInputWidget)


class ReferenceField(forms.ModelChoiceField):
    """Something chosen, by its id; the action says whether it is there."""

    def to_python(self, value: Any) -> int | None:
        """Return the id."""
        if value in self.empty_values:
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ValidationError("choose one") from None


class ActionForm(forms.ModelForm):
    """Does the action when its fields are valid, so that a refusal stands beside them and nothing is kept."""

    action: Callable[["ActionForm"], models.Model]
    """Set by the office to what the form is for: to add a row, or to change one."""

    why = build_reason_field("Reason for the correction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.declared_fields) - set(self._meta.fields or ()):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Act, in a savepoint."""
        if not self.errors:
            try:
                with transaction.atomic():
                    self.instance = type(self).action(self)
            except GrilseError as error:
                self.add_error(error.field if error.field in self.fields else None, str(error))
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Leave the row alone: the room's rules were asked, and it is written."""


class RemovalForm(forms.Form):
    """Why a row is taken away; sending it takes the row away."""

    why = build_reason_field("Reason")

    def __init__(self, *args: Any, remove: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remove = remove

    def clean(self) -> dict[str, Any]:
        """Act, in a savepoint."""
        if not self.errors:
            try:
                with transaction.atomic():
                    self.remove(self.cleaned_data["why"])
            except GrilseError as error:
                self.add_error(None, str(error))
        return self.cleaned_data
