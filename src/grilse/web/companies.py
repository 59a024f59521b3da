"""The company that the pages of a login act for, chosen by a login of several companies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from grilse.access.memberships import list_login_companies
from grilse.access.requests import COMPANY_SESSION_KEY, personal_view
from grilse.errors import GrilseError
from grilse.web.error_pages import render_error
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, check_fields, parse_number

COMPANY_FIELDS: AcceptedValues = {"company": parse_number}


@personal_view
@require_POST
def choose_company(request: HttpRequest) -> HttpResponse:
    """Let the pages of this session act for another company of the login."""
    try:
        check_fields(request.POST, COMPANY_FIELDS)
        company = parse_number(request.POST["company"])
        if company not in dict(list_login_companies(request.user.pk or 0)):
            raise GrilseError("this login does not belong to the company", field="company")
    except GrilseError as error:
        return render_error(request, FORM_ERROR_STATUS, f"{error}")
    request.session[COMPANY_SESSION_KEY] = company
    return redirect("home")
