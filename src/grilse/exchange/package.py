"""The folder of a package: the files that `datapackage.json` lists, and whether they are complete."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grilse.errors import GrilseError, describe_unknown_name
from grilse.exchange.descriptor import DESCRIPTOR
from grilse.exchange.problems import Problems
from grilse.exchange.tables import TABLES
from grilse.textfiles.dialect import DETECT, FileDialect, read_frictionless_dialect

CHANGE_REMEDY = f"if you saved it anew, take its bytes and hash out of {DESCRIPTOR}"
# Properties of Frictionless (v1 and v2), and `company`.
COMMON_PROPERTIES = ("name", "title", "description", "profile", "$schema", "homepage", "licenses", "sources")
PACKAGE_PROPERTIES = (
    "company", "resources", *COMMON_PROPERTIES, "id", "version", "contributors", "keywords", "image", "created",
)  # fmt: skip
RESOURCE_PROPERTIES = (
    "path", "format", "encoding", "bytes", "hash", "rows", "dialect", "schema", *COMMON_PROPERTIES, "type", "mediatype",
    "compression", "data",
)  # fmt: skip
HASHES = ("md5", "sha1", "sha256", "sha512")
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".parquet", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Package:
    """A folder with its descriptor; `files` are the tables' files, by table."""

    folder: Path
    name: str
    company: str
    files: dict[str, Path]
    dialects: dict[str, FileDialect] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    """Tables whose file is listed and cannot be read; each is a problem already."""


def open_package(folder: Path, problems: Problems, default: FileDialect = DETECT) -> Package:
    """Read the descriptor and find each file it lists."""
    descriptor = read_descriptor(folder)
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        raise GrilseError(f"{folder / DESCRIPTOR} lists no resources: it is no farm package")
    refuse_unknown_properties(descriptor, PACKAGE_PROPERTIES, "", problems)
    files: dict[str, Path] = {}
    dialects: dict[str, FileDialect] = {}
    unreadable: set[str] = set()
    for resource in resources:
        if not isinstance(resource, dict):
            problems.add(DESCRIPTOR, column="resources", value=str(resource), why="not an object with name and path")
            continue
        name, path = str(resource.get("name", "")), locate_file(folder, resource, problems)
        refuse_unknown_properties(resource, RESOURCE_PROPERTIES, name, problems)
        if name not in TABLES:
            problems.add(DESCRIPTOR, column="name", value=name, why=f"no table of a farm package ({', '.join(TABLES)})")
        elif name in files or name in unreadable:
            problems.add(DESCRIPTOR, column="name", value=name, why="listed twice")
        else:
            dialects[name], faults = read_frictionless_dialect(resource, default)
            for fault in faults:
                problems.add(DESCRIPTOR, column=name, why=fault)
            if path is None or faults:
                unreadable.add(name)
            else:
                files[name] = path
    refuse_unlisted_files(folder, resources, problems)
    name = str(descriptor.get("name") or folder.resolve().name)
    return Package(folder, name, str(descriptor.get("company") or ""), files, dialects, unreadable)


def refuse_unknown_properties(
    properties: Mapping[str, Any], known: Collection[str], column: str, problems: Problems
) -> None:
    """Report properties that neither Frictionless nor Grilse knows."""
    for name in properties:
        if name not in known:
            problems.add(DESCRIPTOR, column=column, why=describe_unknown_name("property", name, list(known)))


def refuse_unlisted_files(folder: Path, resources: Sequence[Any], problems: Problems) -> None:
    """Report tables in the folder that the descriptor does not list: their rows would be left out in silence."""
    listed = {(folder / str(resource.get("path"))).resolve() for resource in resources if isinstance(resource, dict)}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in TABLE_SUFFIXES and path.resolve() not in listed:
            problems.add(
                path.name, why=f"not listed in {DESCRIPTOR}: list it in resources, or take it out of the folder"
            )


def read_descriptor(folder: Path) -> dict[str, Any]:
    """Return the descriptor."""
    path = folder / DESCRIPTOR
    if not folder.is_dir():
        raise GrilseError(f"{folder} is not a folder")
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=build_object)
    except FileNotFoundError:
        raise GrilseError(f"{folder} has no {DESCRIPTOR}: it is no farm package, or an incomplete one") from None
    except OSError as error:
        raise GrilseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise GrilseError(f"{path} is not UTF-8: save it as UTF-8") from None
    except GrilseError as error:
        raise GrilseError(f"{path}: {error}") from None
    except RecursionError:
        raise GrilseError(f"{path} has lists or objects within too many others: write it flat") from None
    except ValueError as error:
        raise GrilseError(f"{path} is not JSON: {error}") from error
    if not isinstance(descriptor, dict):
        raise GrilseError(f"{path} is not a JSON object")
    return descriptor


def build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; refuse one that has a property twice."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise GrilseError(f"{repeated} is there twice: leave one of the two out")
    return values


def locate_file(folder: Path, resource: dict[str, Any], problems: Problems) -> Path | None:
    """Return the file of a resource, None where it cannot be imported."""
    written = str(resource.get("path") or "")
    path = folder / written
    if str(resource.get("format") or path.suffix[1:]).lower() not in ("csv", "tsv"):
        problems.add(DESCRIPTOR, column="format", value=str(resource.get("format") or written), why="not csv")
    elif not written or not path.resolve().is_relative_to(folder.resolve()):
        problems.add(DESCRIPTOR, column="path", value=written, why="not a file of this folder")
    elif not path.is_file():
        problems.add(DESCRIPTOR, column="path", value=written, why="listed but not there")
    elif is_intact(path, resource, problems):
        return path
    return None


def is_intact(path: Path, resource: dict[str, Any], problems: Problems) -> bool:
    """Return whether a file has the size and the checksum of the descriptor, where it has them."""
    declared_size, size = resource.get("bytes"), path.stat().st_size
    if declared_size is not None and declared_size != size:
        why = f"{size:,} bytes, {DESCRIPTOR} says {declared_size}: it is cut off or was changed; {CHANGE_REMEDY}"
        problems.add(path.name, why=why)
        return False
    algorithm, _, checksum = str(resource.get("hash") or "").rpartition(":")
    algorithm = algorithm or "md5"  # Frictionless: a hash without an algorithm is of MD5
    if checksum and algorithm not in HASHES:
        why = f"{algorithm} of {path.name} cannot be compared: write the hash as sha256:…, or leave it out"
        problems.add(DESCRIPTOR, column="hash", why=why)
        return False
    if checksum and compute_checksum(path, algorithm) != checksum.lower():
        problems.add(path.name, why=f"its checksum is not the one in {DESCRIPTOR}: it was changed; {CHANGE_REMEDY}")
        return False
    return True


def compute_checksum(path: Path, algorithm: str) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
