"""Toasts: what was just done, shown on the next page for a minute, with a way to undo it."""

from django.contrib import messages
from django.http import HttpRequest


def show_toast(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show a text on the next page that the login sees; `undo` is the address that a form without fields undoes it."""
    messages.success(request, text, extra_tags=undo)
