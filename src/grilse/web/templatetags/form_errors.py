"""Refusals at the fields of forms."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from grilse.web.form_errors import FormError

register = template.Library()
NO_MARKUP = mark_safe("")


@register.filter("refusal_of")
def get_form_error(refusals: Mapping[str, FormError], form: str) -> FormError | None:
    """Return the refusal of a form of the page."""
    return refusals.get(form)


@register.simple_tag(name="refused")
def render_form_error(refusal: FormError | None, field: str = "") -> SafeString:
    """Return the sentence of a refusal of a field, or without one of the whole form; else nothing."""
    if not refusal or refusal.field != field:
        return NO_MARKUP
    text = f"{refusal.text[:1].upper()}{refusal.text[1:]}."
    return format_html('<p class="wrong" role="alert" id="wrong-{}">{}</p>', field, text)


@register.simple_tag(name="invalid")
def render_invalid_attributes(refusal: FormError | None, field: str) -> SafeString:
    """Return what tells those who do not see it that a field was refused, and why; else nothing."""
    if not refusal or refusal.field != field:
        return NO_MARKUP
    return format_html('aria-invalid="true" aria-describedby="wrong-{}"', field)
