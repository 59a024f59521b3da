"""Proofs as a run would write them."""

from grilse.proof.budget_check import HOLDS, QueryResult
from grilse.proof.performance_reports import PerformanceReport
from grilse.proof.registry import Budget

BUDGET = Budget(statements=1, unscanned=("haul",), sorts=False, touched=1.5, least=0, returns=50)


def build_figure(name="hauls.latest", **changed):
    """Return the figure of a query that holds, but for what is changed."""
    usual = {"state": HOLDS, "said": (), "statements": 1, "buffers": 40, "read": 50, "returned": 50}
    return QueryResult(**{"name": name, "milliseconds": 2.0, "plans": (), "budget": BUDGET, **usual, **changed})


def build_report(*figures, **changed):
    """Return a proof of some figures."""
    usual = {
        "at": "2026-03-01T06:00:00+00:00",
        "versions": {"PostgreSQL": "18.0"},
        "commit": None,
        "rows": {"haul": 16_000, "port": 20},
        "pace": 10.0,
    }
    return PerformanceReport(**{**usual, "figures": figures or (build_figure(),), **changed})


def build_figures(**changed):
    """Return the figures of nine queries; what is changed is of the first."""
    return (
        build_figure("hauls.0", **changed),
        *(build_figure(f"hauls.{n}", milliseconds=1.0 + n) for n in range(1, 9)),
    )
