"""Template filter of words of records."""

from django import template

from grilse.web.words import translate_word

register = template.Library()
register.filter("word", translate_word)
