"""Every page of the office opens, for those whom the matrix lets in."""

import pytest
from django.urls import reverse


def list_pages():
    """Return the lists of the office, and what seeing them needs."""
    from grilse.admin.urls import admin_site

    return {
        f"{model._meta.app_label}_{model._meta.model_name}": model_admin.permissions
        for model, model_admin in admin_site._registry.items()
    }


@pytest.mark.parametrize("name", list_pages())
def test_a_list_opens(office, name):
    answer = office.get(reverse(f"admin:{name}_changelist"))
    assert answer.status_code == 200


@pytest.mark.parametrize("name", [name for name, may in list_pages().items() if may.add])
def test_a_form_to_add_opens(office, name):
    assert office.get(reverse(f"admin:{name}_add")).status_code == 200
