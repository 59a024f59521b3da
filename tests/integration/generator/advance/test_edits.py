"""After people have worked in a company, its history goes on, and the laws hold."""

from datetime import timedelta

import pytest
from tests.company_work import work_in_company
from tests.integration.generator.advance.conftest import load_company

from grilse.generator.advance.run import advance_history
from grilse.generator.check import run_checks


@pytest.fixture(scope="module")
def used_company(database):
    company = load_company("Used")
    return company, work_in_company(company.id)


def list_failures(connection):
    return {check.name: check.detail for check in run_checks(connection) if not check.ok}


def test_the_laws_hold_after_each_advance(used_company, owner):
    company, here = used_company
    assert list_failures(owner) == {}
    for days in (1, 9, 21):
        result = advance_history(company.name, here.at.date() + timedelta(days=days), workers=1)
        assert result.left == []
        assert result.rows["stock_movement"] > 0
        assert list_failures(owner) == {}, days
