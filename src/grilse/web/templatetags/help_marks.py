"""Template filter of help marks."""

from django import template

from grilse.web.help_marks import HELP_TEXTS, HelpText

register = template.Library()


@register.filter("help_text")
def look_up_help(name: str) -> HelpText:
    """Return the text of a help mark."""
    return HELP_TEXTS[name]
