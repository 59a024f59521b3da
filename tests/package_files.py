"""Opens the packages under `tests/packages`, and writes small ones."""

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

PACKAGES = Path(__file__).parent / "packages"

Table = Sequence[Mapping[str, object]]


def unpack_package(name: str, into: Path) -> Path:
    """Unpack a package into a folder and return its own folder."""
    with zipfile.ZipFile(PACKAGES / f"{name}.zip") as archive:
        archive.extractall(into)
    return into / name


def write_package(folder: Path, tables: Mapping[str, Table], **descriptor: object) -> Path:
    """Write a package of some tables; a table has the columns of all its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
    resources = [{"name": name, "path": f"{name}.csv", "format": "csv"} for name in tables]
    text = json.dumps({"name": folder.name, "resources": resources, **descriptor})
    (folder / "datapackage.json").write_text(text)
    return folder


def build_two_pens() -> dict[str, list[dict[str, object]]]:
    """Return the tables of a small sound package: a batch in two pens, one of them harvested."""
    return {
        "areas": [{"area": "Loch A", "geography": "Scotland", "latitude": 56.5, "longitude": -5.5}],
        "containers": [
            {"container": name, "kind": "pen", "volume_m3": 1000, "area": "Loch A", "hall": ""} for name in ("A1", "A2")
        ],
        "batches": [{"batch": "B-1", "species": "Atlantic Salmon", "start_date": "2024-01-01"}],
        "placements": [
            {
                "placement": "B-1/1",
                "batch": "B-1",
                "container": "A1",
                "stage": "Adult",
                "start_date": "2024-01-01",
                "end_date": "2024-03-01",
            },
            {
                "placement": "B-1/2",
                "batch": "B-1",
                "container": "A2",
                "stage": "Adult",
                "start_date": "2024-02-01",
                "end_date": "",
            },
        ],
        "movements": [
            build_movement("2024-01-01", "STOCKING", target="B-1/1", count=1000, mean_weight_g=100),
            build_movement("2024-01-10", "MORTALITY", source="B-1/1", count=10, cause="UNKNOWN"),
            build_movement("2024-02-01", "TRANSFER", source="B-1/1", target="B-1/2", count=400),
            build_movement("2024-03-01", "HARVEST", source="B-1/1", count=590, mean_weight_g=400),
        ],
        "weights": [
            {
                "placement": "B-1/1",
                "date": "2024-01-20",
                "fish_sampled": 30,
                "mean_weight_g": 130.5,
                "sd_weight_g": "",
                "method": "HAND",
            }
        ],
        "environment": [
            {"container": "A1", "at": "2024-01-02T06:00:00Z", "temperature_c": 7.5},
            {"container": "A1", "at": "2024-01-02T18:00:00Z", "temperature_c": 8.5},
        ],
        "meals": [{"placement": "B-1/1", "at": "2024-01-02T08:00:00Z", "kg": 12.345}],
        "lice": [{"container": "A1", "date": "2024-02-20", "fish_counted": 20, "lice_total": 4, "adult_female": ""}],
    }


def build_movement(
    date: str,
    kind: str,
    source: str = "",
    target: str = "",
    count: int = 0,
    mean_weight_g: float | str = "",
    cause: str = "",
) -> dict[str, object]:
    """Return a row of the ledger."""
    return {
        "date": date,
        "kind": kind,
        "from_placement": source,
        "to_placement": target,
        "count": count,
        "mean_weight_g": mean_weight_g,
        "cause": cause,
    }


def rewrite_package(
    folder: Path,
    *,
    delimiter: str,
    decimal: str,
    encoding: str,
    group: str = "",
    date: str = "%Y-%m-%d",
    is_stated: bool = True,
) -> Path:
    """Write the files of a package as a spreadsheet would, and state in the descriptor how; or nothing about it."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())

    def rewrite_cell(kind: str, cell: str) -> str:
        if kind == "date" and cell:
            return datetime.strptime(cell, "%Y-%m-%d").strftime(date)  # noqa: DTZ007  # a day has no zone
        if kind not in ("number", "integer") or not cell or "e" in cell:
            return cell.replace(".", decimal) if kind == "number" else cell
        whole, point, fraction = cell.partition(".")
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        return sign + f"{int(digits):,}".replace(",", group) + (decimal + fraction if point else "")

    for resource in descriptor["resources"]:
        file = folder / resource["path"]
        fields = resource["schema"]["fields"]
        with file.open(newline="", encoding="utf-8") as source:
            header, *rows = csv.reader(source)
        rows = [[rewrite_cell(field["type"], cell) for field, cell in zip(fields, row, strict=True)] for row in rows]
        with file.open("w", newline="", encoding=encoding) as target:
            csv.writer(target, delimiter=delimiter).writerows([header, *rows])
        del resource["hash"], resource["bytes"], resource["encoding"]
        if is_stated:
            resource |= {"encoding": encoding, "dialect": {"delimiter": delimiter}, "bytes": file.stat().st_size}
            for field in fields:
                if field["type"] == "number":
                    field["decimalChar"] = decimal
    path.write_text(json.dumps(descriptor))
    return folder
