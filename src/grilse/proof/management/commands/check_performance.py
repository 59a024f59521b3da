"""`manage.py check_performance`: run the declared queries and check them against their budgets."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grilse.proof import performance_check
from grilse.proof.servers import ProofError


class Command(BaseCommand):
    """Exits with code 1 if a budget is broken, or a query is worse than in an earlier report."""

    help = "Run the declared queries and check them against their budgets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of the check."""
        parser.add_argument("names", nargs="*", help="queries, or what their names begin with")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--baseline", type=Path, help="an earlier proof to hold this one against")
        parser.add_argument("--scale", type=int, help="also tell which plans flip at so many times the rows")
        parser.add_argument("--save", type=Path, help="the file to write this proof to")
        parser.add_argument("--strict", action="store_true", help="count what is not proven as broken")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the check and print it."""
        try:
            checked = performance_check.check_performance(
                performance_check.select_budgets(options["names"]),
                earlier=options["baseline"],
                scale=options["scale"],
                save=options["save"],
                strict=options["strict"],
            )
        except ProofError as error:
            raise CommandError(str(error)) from error
        facts = json.dumps(performance_check.serialize_check(checked), default=str)
        self.stdout.write(facts if options["json"] else "\n".join(performance_check.iter_check_lines(checked)))
        if not checked.has_passed:
            raise SystemExit(1)
