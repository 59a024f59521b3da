"""`grilse permissions`: which role may do what."""

from typing import Annotated

import typer

from grilse.cli.output import Json, print_result

app = typer.Typer()


@app.command("permissions")
def print_permissions(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation.")] = False,
    as_json: Json = False,
) -> None:
    """Print which role may do what."""
    from grilse.access.permissions import load_permissions, load_roles

    page = _format_page()
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
    print_result(facts, page if markdown else _format_table(), as_json)


def _format_page() -> str:
    """Return the matrix as the page docs/reference/permissions.md."""
    from grilse.access.permissions import load_permissions, load_roles

    rows = [
        f"| `{name}` | {permission.says} |"
        f" {' | '.join('●' if role in permission.roles else '' for role in load_roles())} |"
        for name, permission in load_permissions().items()
    ]
    return "\n".join(
        [
            INTRODUCTION,
            f"| permission | may | {' | '.join(load_roles())} |",
            f"|---|---|{':-:|' * len(load_roles())}",
            *rows,
        ]
    )


def _format_table() -> str:
    from rich.console import Console
    from rich.table import Table

    from grilse.access.permissions import load_permissions, load_roles

    table = Table("permission", "may", *load_roles(), box=None, pad_edge=False)
    for name, permission in load_permissions().items():
        table.add_row(name, permission.says, *("●" if role in permission.roles else "" for role in load_roles()))
    console = Console(width=150)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


INTRODUCTION = """\
# Permissions

A login holds roles, each in the whole company or in one of its geographies. What a role allows, it allows
where it is held: what stands elsewhere does not exist for that login, in lists, exports, searches and
refusals alike. A key of a program allows what both its login and its scopes, permissions of this table,
allow.

This page is printed by `grilse permissions --markdown` from the file that every door reads,
`access/permissions.toml`.
"""
