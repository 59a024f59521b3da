"""Renders the tables of `docs/reference/farm-package.md` from their definition; run it to renew the page."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grilse.project.settings")
django.setup()

from grilse.exchange.columns import PackageColumn, PackageTable  # noqa: E402  # the columns come from models
from grilse.exchange.tables import TABLES  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "farm-package.md"
MARK = "<!-- what follows is rendered by tests/package_reference.py -->"
PRESENCE = {"filled": "required", "present": "required, may be blank", "optional": ""}
KINDS = {
    "text": "text",
    "choice": "text",
    "stage": "stage",
    "integer": "whole number",
    "number": "number",
    "real": "number",
    "mass": "kg",
    "date": "date",
    "time": "time",
}


def render_reference() -> str:
    """Return all tables as Markdown."""
    return "\n".join(render_table(table) for table in TABLES.values())


def render_table(table: PackageTable) -> str:
    """Return one table."""
    once = f" One row for each {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    rows = [
        f"| `{column.name}` | {describe_kind(column)} | {PRESENCE[column.presence]} | {describe_column(column)} |"
        for column in table.columns
    ]
    head = ["| column | what | | meaning |", "|---|---|---|---|"]
    return "\n".join([f"### {table.name}", "", table.description + once, "", *head, *rows, ""])


def describe_kind(column: PackageColumn) -> str:
    """Return what a column holds."""
    return f"name in `{column.references}`" if column.references else KINDS[column.kind]


def describe_column(column: PackageColumn) -> str:
    """Return what a column means, and its limits."""
    limits = [f"one of {', '.join(f'`{choice}`' for choice in column.choices)}"] if column.choices else []
    if column.minimum is not None and column.maximum is not None and column.maximum < 20_000:
        limits.append(f"{column.minimum:g} to {column.maximum:g}")
    elif column.minimum is not None:
        limits.append(f"≥ {column.minimum:g}")
    if column.exclusive_minimum is not None:
        limits.append(f"> {column.exclusive_minimum:g}")
    if column.default:
        limits.append(f"blank is {column.default}")
    if column.refuse_future:
        limits.append("not later than tomorrow")
    return "; ".join([column.description, *limits])


if __name__ == "__main__":
    intro = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    PAGE.write_text(f"{intro}{MARK}\n\n{render_reference()}", encoding="utf-8")
