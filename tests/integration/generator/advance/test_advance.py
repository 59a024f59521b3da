"""A history that is advanced is the one that is generated at once."""

from datetime import timedelta

import pytest
from tests.integration.generator.advance.conftest import DAYS, build_run, load_company

from grilse.exchange.fingerprint import compute_fingerprint, compute_owner_hashes
from grilse.generator.advance.run import advance_history


@pytest.fixture(scope="module")
def first_until():
    return build_run("Company 0").plan.until


def test_a_history_advanced_by_a_day_and_by_a_month_is_the_one_generated_at_once(companies, owner, first_until):
    company = load_company("Advanced")
    assert compute_fingerprint(owner, company.id) == compute_fingerprint(owner, companies[0].id)
    for days in (1, DAYS):
        result = advance_history(company.name, first_until + timedelta(days=days), workers=1)
        assert result.until == first_until + timedelta(days=days)
        assert result.left == []
        expected = compute_fingerprint(owner, companies[days].id)
        assert compute_fingerprint(owner, company.id).tables == expected.tables, days
    expected = compute_owner_hashes(owner, companies[DAYS].id)
    assert compute_owner_hashes(owner, company.id) == expected
    recorded = owner.execute(
        "SELECT kind, key, content_hash, table_hashes, row_sums, rows FROM generator_shard"
        " WHERE company_id = %s AND kind IN ('batch', 'store') AND content_hash <> '' ORDER BY kind, key",
        [company.id],
    ).fetchall()
    assert {(kind, key): digest for kind, key, digest, *_ in recorded} == expected
