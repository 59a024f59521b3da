"""`datapackage.json`: what it says of a package that is written."""

from typing import Any

from grilse.exchange.columns import Column, PackageTable
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


def described(name: str, company: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole descriptor."""
    return {
        "profile": "tabular-data-package",
        "name": "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name.lower()),
        "title": f"Farm records of {company}",
        "company": company,
        "resources": resources,
    }


def resource(table: PackageTable, path: str, size: int, checksum: str) -> dict[str, Any]:
    """Return the entry of one file; its size and checksum show a reader that it has the whole of it."""
    return {
        "name": table.name,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{checksum}",
        "schema": schema(table),
    }


def schema(table: PackageTable) -> dict[str, Any]:
    """Return a table's columns in the terms of the Table Schema."""
    found: dict[str, Any] = {"fields": [written(column) for column in table.columns]}
    if table.named:
        found["primaryKey"] = table.named
    keys = [
        {"fields": column.name, "reference": {"resource": column.to, "fields": target(column)}}
        for column in table.columns
        if column.to
    ]
    return {**found, "foreignKeys": keys} if keys else found


def target(column: Column) -> str:
    """Return the column that a reference names a row by."""
    return TABLES[column.to].named


def written(column: Column) -> dict[str, Any]:
    """Return one column."""
    limits: dict[str, Any] = {"required": True} if column.presence == "filled" else {}
    if column.choices:
        limits["enum"] = list(column.choices)
    if column.least is not None:
        limits["minimum"] = column.least
    if column.most is not None:
        limits["maximum"] = column.most
    found: dict[str, Any] = {
        "name": column.name,
        "type": TYPES.get(column.kind, "string"),
        "description": column.about,
    }
    return {**found, "constraints": limits} if limits else found
