"""The content of `datapackage.json` of an exported package."""

from typing import Any

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables import TABLES

DESCRIPTOR = "datapackage.json"
TYPES = {
    "integer": "integer",
    "number": "number",
    "real": "number",
    "mass": "number",
    "date": "date",
    "time": "datetime",
}


def build_descriptor(name: str, company: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the descriptor."""
    return {
        "profile": "tabular-data-package",
        "name": "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name.lower()),
        "title": f"Farm records of {company}",
        "company": company,
        "resources": resources,
    }


def build_resource(table: PackageTable, path: str, rows: int, size: int, checksum: str) -> dict[str, Any]:
    """Return the entry of one file; size and checksum let a reader detect a cut-off file."""
    return {
        "name": table.name,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": rows,
        "bytes": size,
        "hash": f"sha256:{checksum}",
        "schema": build_schema(table),
    }


def build_schema(table: PackageTable) -> dict[str, Any]:
    """Return a table's columns as a Table Schema."""
    table_schema: dict[str, Any] = {"fields": [build_field(column) for column in table.columns]}
    if table.name_column and not table.site_columns:
        table_schema["primaryKey"] = table.name_column
    keys = [
        {"fields": column.name, "reference": {"resource": column.references, "fields": get_referenced_column(column)}}
        for column in table.columns
        # A reference to what is named at its site may be `site/name`.
        if column.references and not TABLES[column.references].site_columns
    ]
    return {**table_schema, "foreignKeys": keys} if keys else table_schema


def get_referenced_column(column: PackageColumn) -> str:
    """Return the column that a reference points to."""
    return TABLES[column.references].name_column


def build_field(column: PackageColumn) -> dict[str, Any]:
    """Return the field of a column."""
    limits: dict[str, Any] = {"required": True} if column.presence == "filled" else {}
    if column.choices:
        limits["enum"] = list(column.choices)
    if column.minimum is not None:
        limits["minimum"] = column.minimum
    if column.maximum is not None:
        limits["maximum"] = column.maximum
    field_schema: dict[str, Any] = {
        "name": column.name,
        "type": TYPES.get(column.kind, "string"),
        "description": column.description,
    }
    return {**field_schema, "constraints": limits} if limits else field_schema
