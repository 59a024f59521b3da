"""Hold the names and the size of the package to the limits in pyproject.toml: `python -m lint.names`."""

import ast
import json
import sys
import tomllib
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULED_OUT = frozenset(["told", "said", "found", "kept", "whole", "stands", "taken", "stated", "wanted", "one", "made"])
"""Participles and pronouns that name no thing; docs/reference/glossary.md says what to write instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What is measured; shares are of all functions and of all classes of modules."""

    one_word: float
    """Share of functions and methods whose name is one word."""
    repeated_classes: float
    """Share of classes whose name stands more than once."""
    ruled_out: int
    """Functions, variables and parameters with a name that is ruled out."""
    lines: int
    files: int
    migration_lines: int


def measure(source: Path) -> Figures:
    """Return the figures of a package; migrations count by their lines alone."""
    texts = {path: path.read_text() for path in sorted(source.rglob("*.py"))}
    code = {path: text for path, text in texts.items() if "migrations" not in path.relative_to(source).parts}
    trees = [ast.parse(text) for text in code.values()]
    functions = [name for tree in trees for name in list_functions(tree)]
    classes = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    return Figures(
        one_word=round(sum("_" not in name.strip("_") for name in functions) / max(1, len(functions)), 3),
        repeated_classes=round(sum(count for count in classes.values() if count > 1) / max(1, classes.total()), 3),
        ruled_out=sum(name.strip("_") in RULED_OUT for tree in trees for name in list_bindings(tree)),
        lines=sum(text.count("\n") for text in code.values()),
        files=len(code),
        migration_lines=sum(text.count("\n") for path, text in texts.items() if path not in code),
    )


def list_functions(tree: ast.Module) -> list[str]:
    """Return the names of a module's functions and methods, without those that Python calls by name."""
    owners = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    return [
        node.name
        for owner in owners
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.endswith("__")
    ]


def list_bindings(tree: ast.Module) -> list[str]:
    """Return every name that a module binds: functions, parameters, variables."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.append(node.name)
        elif isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return names


def find_excesses(figures: Figures, limits: dict[str, float]) -> list[str]:
    """Return a sentence for each figure that is above its limit."""
    return [
        f"{name} is {value}, the limit is {limits[name]}"
        for name, value in asdict(figures).items()
        if value > limits[name]
    ]


def main() -> int:
    """Print the figures; 1 if one is above its limit."""
    limits = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["grilse"]["limits"]
    figures = measure(ROOT / "src" / "grilse")
    excesses = find_excesses(figures, limits)
    sys.stdout.write("\n".join([json.dumps(asdict(figures)), *excesses]) + "\n")
    return 1 if excesses else 0


if __name__ == "__main__":
    sys.exit(main())
