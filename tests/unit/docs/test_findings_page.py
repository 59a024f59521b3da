"""The page of findings has every rule, with its defaults."""

from pathlib import Path

from grilse.attention.kinds import KINDS
from grilse.attention.models import Kind
from grilse.attention.thresholds import load_defaults

PAGE = (Path(__file__).parents[3] / "docs/reference/findings.md").read_text()


def test_every_kind_has_defaults_and_a_function():
    assert list(load_defaults()) == Kind.values
    assert len(KINDS) == len(Kind)


def test_the_table_has_every_rule_with_its_defaults():
    lines = [line for line in PAGE.splitlines() if line.count("|") == 8 and line.startswith("| `")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    shown = {row[0].strip("`"): tuple(row[3:]) for row in rows}

    assert shown == {kind: (rule.unit, *map(show, list_defaults(rule))) for kind, rule in load_defaults().items()}


def list_defaults(rule):
    return rule.threshold, rule.severe, rule.horizon_days or None


def show(value):
    return "–" if value is None else f"{value:g}"
