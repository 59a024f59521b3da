"""Performance reports as JSON files in a folder: the newest report, and the results of a query over time."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from grilse.proof import conf
from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN, BudgetState, ExplainedStatement, QueryResult
from grilse.proof.query_plan import PlanNode
from grilse.proof.registry import Budget


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformanceReport:
    """The results of one run over all queries, with its conditions."""

    at: str
    """Start of the run, UTC, as ISO 8601."""
    versions: Mapping[str, str]
    """`PostgreSQL`, `Python`, `Django`, `psycopg` and the packages that the project adds."""
    commit: str | None
    """None outside a git checkout."""
    rows: Mapping[str, int]
    """The planner's estimate for each table; -1 where it was never analysed."""
    pace: float
    """Milliseconds of a fixed task, which show the speed of the machine."""
    figures: tuple[QueryResult, ...]
    """One per query, by name."""

    def count_results(self, state: BudgetState) -> int:
        """Return how many queries are in a state."""
        return sum(result.state == state for result in self.figures)

    @property
    def has_passed(self) -> bool:
        """Whether at least one budget holds and none is broken."""
        return self.count_results(HOLDS) > 0 and self.count_results(BROKEN) == 0

    @property
    def is_complete(self) -> bool:
        """Whether every budget holds."""
        return self.has_passed and self.count_results(UNPROVEN) == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PastResult:
    """The result of a query in one report."""

    at: datetime
    commit: str | None
    figure: QueryResult


def store_report(report: PerformanceReport) -> Path | None:
    """Write a report into the folder and return its path, None where the project stores no reports.

    The previous report loses its plans, and reports beyond the maximum are deleted.
    """
    folder = conf.get_report_folder()
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    previous = read_latest_report()
    path = _build_path(folder, report)
    write_report(report, path)
    if previous is not None and previous.at != report.at:
        write_report(_remove_plans(previous), _build_path(folder, previous))
    for old in _list_files()[: -conf.MAX_REPORTS]:
        old.unlink(missing_ok=True)
    return path


def read_latest_report() -> PerformanceReport | None:
    """Return the newest stored report."""
    files = _list_files()
    return _read_cached_report(files[-1], files[-1].stat().st_mtime_ns) if files else None


@lru_cache(maxsize=1)
def _read_cached_report(path: Path, changed: int) -> PerformanceReport:
    """Return the report in a file; cached until the file changes, since its plans are large."""
    return read_report(path)


def read_query_history(name: str) -> list[PastResult]:
    """Return the results of a query, the oldest first, from reports in which it was run."""
    return [
        PastResult(at=datetime.fromisoformat(payload["at"]), commit=payload["commit"], figure=_parse_result(figure))
        for payload in (json.loads(path.read_text()) for path in _list_files())
        for figure in payload["figures"]
        if figure["name"] == name and figure["statements"]
    ]


def write_report(report: PerformanceReport, path: Path) -> None:
    """Write a report to a file."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(report)))
    draft.replace(path)


def read_report(path: Path) -> PerformanceReport:
    """Return the report in a file."""
    return _parse_report(json.loads(path.read_text()))


def _list_files() -> list[Path]:
    folder = conf.get_report_folder()
    return [] if folder is None else sorted(folder.glob("*.json"))


def _build_path(folder: Path, report: PerformanceReport) -> Path:
    return folder / f"{report.at.replace(':', '').replace('+0000', 'Z')}.json"


def _remove_plans(report: PerformanceReport) -> PerformanceReport:
    return replace(report, figures=tuple(replace(figure, plans=()) for figure in report.figures))


def _parse_report(payload: Mapping[str, Any]) -> PerformanceReport:
    return PerformanceReport(**{**payload, "figures": tuple(_parse_result(result) for result in payload["figures"])})


def _parse_explained(payload: Mapping[str, Any]) -> ExplainedStatement:
    root = payload.get("root")
    return ExplainedStatement(**{**payload, "root": root and _parse_node(root)})


def _parse_node(payload: Mapping[str, Any]) -> PlanNode:
    return PlanNode(**{**payload, "children": tuple(_parse_node(child) for child in payload["children"])})


def _parse_result(payload: Mapping[str, Any]) -> QueryResult:
    budget = payload["budget"]
    return QueryResult(
        **{
            **payload,
            "said": tuple(payload["said"]),
            "plans": tuple(_parse_explained(plan) for plan in payload["plans"]),
            "budget": Budget(**{**budget, "unscanned": tuple(budget["unscanned"])}),
        }
    )
