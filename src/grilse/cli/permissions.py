"""`grilse permissions`: which role may do what."""

from typing import Annotated

import typer

from grilse.cli.output import Json, report

app = typer.Typer()


@app.command("permissions")
def show(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the page of the documentation.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print which role may do what."""
    from grilse.farm.permissions import permissions, roles

    page = _page()
    facts = {
        "roles": list(roles()),
        "permissions": [
            {"permission": name, "says": one.says, "roles": [role for role in roles() if role in one.roles]}
            for name, one in permissions().items()
        ],
    }
    report(facts, page if markdown else _table(), as_json)


def _page() -> str:
    """Return the matrix as the page docs/reference/permissions.md."""
    from grilse.farm.permissions import permissions, roles

    rows = [
        f"| `{name}` | {one.says} | {' | '.join('●' if role in one.roles else '' for role in roles())} |"
        for name, one in permissions().items()
    ]
    return "\n".join(
        [
            INTRODUCTION,
            f"| permission | may | {' | '.join(roles())} |",
            f"|---|---|{':-:|' * len(roles())}",
            *rows,
        ]
    )


def _table() -> str:
    from rich.console import Console
    from rich.table import Table

    from grilse.farm.permissions import permissions, roles

    table = Table("permission", "may", *roles(), box=None, pad_edge=False)
    for name, one in permissions().items():
        table.add_row(name, one.says, *("●" if role in one.roles else "" for role in roles()))
    console = Console(width=150)
    with console.capture() as caught:
        console.print(table)
    return caught.get().rstrip()


INTRODUCTION = """\
# Permissions

A login holds roles, each in the whole company or in one of its geographies. What a role allows, it allows
where it is held: what stands elsewhere does not exist for that login, in lists, exports, searches and
refusals alike. A key of a program allows what both its login and its scopes, permissions of this table,
allow.

This page is printed by `grilse permissions --markdown` from the file that every door reads,
`farm/permissions.toml`.
"""
