"""`grilse permissions`: prints the permissions of each role."""

from collections.abc import Iterator
from typing import Annotated

import typer

from grilse.cli.options import Json
from grilse.cli.output import print_result

app = typer.Typer()


@app.command("permissions")
def print_permissions(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/reference/permissions.md.")] = False,
    as_json: Json = False,
) -> None:
    """Print the permissions of each role."""
    from grilse.access.permissions import load_permissions, load_roles

    facts = {
        "roles": list(load_roles()),
        "permissions": [
            {
                "permission": name,
                "says": permission.says,
                "roles": [role for role in load_roles() if role in permission.roles],
            }
            for name, permission in load_permissions().items()
        ],
    }
    print_result(facts, _format_page if markdown else _format_table, as_json)


def _iter_rows() -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, description and the mark of each role of every permission."""
    from grilse.access.permissions import load_permissions, load_roles

    for name, permission in load_permissions().items():
        yield name, permission.says, ["●" if role in permission.roles else "" for role in load_roles()]


def _format_page() -> str:
    """Return the page docs/reference/permissions.md."""
    from grilse.access.permissions import load_roles

    heading = (f"| permission | may | {' | '.join(load_roles())} |", f"|---|---|{':-:|' * len(load_roles())}")
    rows = (f"| `{name}` | {says} | {' | '.join(marks)} |" for name, says, marks in _iter_rows())
    return "\n".join([INTRODUCTION, *heading, *rows])


def _format_table() -> str:
    from rich.console import Console
    from rich.table import Table

    from grilse.access.permissions import load_roles

    table = Table("permission", "may", *load_roles(), box=None, pad_edge=False)
    for name, says, marks in _iter_rows():
        table.add_row(name, says, *marks)
    console = Console(width=150)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


INTRODUCTION = """\
# Permissions

A login holds roles, each in the whole company or in one of its geographies. A role applies only there: rows
elsewhere do not exist for that login, in lists, exports, searches and error messages alike. An API key may do
what both its login and its scopes, which are permissions of this table, allow.

`grilse permissions --markdown` prints this page from the file that all interfaces read,
`access/permissions.toml`.
"""
