"""Forms and messages of the login pages, for django-allauth."""

from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

LOGIN_MISMATCH_MESSAGE = "This user name and password do not match."


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
        "too_many_login_attempts": "Too many logins failed: wait five minutes, then try again.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: users are added by `grilse user add`."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Show no message: the page that follows shows what happened."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the page that confirms the change."""
        return "/password/changed/"
