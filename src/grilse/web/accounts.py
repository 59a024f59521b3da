"""Forms and messages of the login pages, for django-allauth."""

from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grilse.web.rate_limits import refuse_request

FAILED_LOGIN_SECONDS = 300
LOGIN_MISMATCH_MESSAGE = _("This user name and password do not match.")


class LoginForm(forms.LoginForm):
    """A user name or an e-mail address, and a password."""

    def add_prefix(self, field_name: str) -> str:
        """Name the first field as browsers that store logins expect."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, and shows no message of success."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": LOGIN_MISMATCH_MESSAGE,
        "email_password_mismatch": LOGIN_MISMATCH_MESSAGE,
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: users are added by `grilse user add`."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an attempt after too many that failed."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(
                refuse_request(request, reason="too many logins failed", seconds=FAILED_LOGIN_SECONDS)
            ) from None

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Show no message: the page that follows shows what happened."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the page that confirms the change."""
        return "/password/changed/"
