"""Find modules that import each other in a circle: `python -m lint.circles`."""

import sys
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter

import grimp


def read_imports(package: str) -> dict[str, Set[str]]:
    """Return the modules that each module of a package imports, also within functions."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def find_circle(imports: Mapping[str, Set[str]]) -> list[str]:
    """Return the modules of a circle, in the order in which each imports the next; none if there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def main() -> int:
    """Print a circle of the package, and return 1 if there is one."""
    circle = find_circle(read_imports("grilse"))
    if circle:
        sys.stdout.write(f"modules import each other: {' imports '.join(circle)}\n")
    return int(bool(circle))


if __name__ == "__main__":
    sys.exit(main())
