"""Refusals at the fields of forms."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from grilse.web.refusal import Refusal

register = template.Library()
NOTHING = mark_safe("")


@register.filter("refusal_of")
def refusal_of(refusals: Mapping[str, Refusal], form: str) -> Refusal | None:
    """Return the refusal of a form of the page."""
    return refusals.get(form)


@register.simple_tag(name="refused")
def refused(refusal: Refusal | None, field: str = "") -> SafeString:
    """Return the sentence of a refusal of a field, or without one of the whole form; else nothing."""
    if not refusal or refusal.field != field:
        return NOTHING
    text = f"{refusal.text[:1].upper()}{refusal.text[1:]}."
    return format_html('<p class="wrong" role="alert" id="wrong-{}">{}</p>', field, text)


@register.simple_tag(name="invalid")
def invalid(refusal: Refusal | None, field: str) -> SafeString:
    """Return what tells those who do not see it that a field was refused, and why; else nothing."""
    if not refusal or refusal.field != field:
        return NOTHING
    return format_html('aria-invalid="true" aria-describedby="wrong-{}"', field)
