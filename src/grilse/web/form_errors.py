"""What was refused of a form: said at the field that it is about, with what was typed kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from grilse.errors import GrilseError

FORM_ERROR_STATUS = 422


@dataclass(frozen=True, kw_only=True, slots=True)
class FormError:
    """Why nothing was changed."""

    text: str
    field: str = ""
    """The field that it is shown at; empty is the whole form."""

    @classmethod
    def from_error(cls, error: GrilseError, fields: Mapping[str, str] | None = None) -> "FormError":
        """Return an error as a form shows it; `fields` are those of the form, by what actions call them."""
        known = fields or {}
        return cls(text=str(error), field=known.get(error.field, ""))
