"""One good request for every route of persons and teams."""

from typing import Any

from tests.integration.access.companies import CompanyRows

REASON = "entered wrongly"


def build_people_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    person = {"name": "Somebody New", "geography": here.geography, "area": i["area"], "team": i["team"]}
    team = {"name": f"New crew of {here.mark}", "geography": here.geography}
    return {
        "search_persons": ("/persons/picker?text=wor", None),
        "read_person": (f"/persons/{i['head']}", None),
        "add_person": ("/persons", {**person, "manager": i["head"]}),
        "change_person": (f"/persons/{i['head']}", {**person, "because": REASON}),
        "retire_person": (f"/persons/{i['head']}?reason={REASON}", None),
        "reinstate_person": (f"/persons/{i['gone']}/return?reason={REASON}", None),
        "add_team": ("/teams", team),
        "change_team": (f"/teams/{i['team']}?reason={REASON}", team),
        "remove_team": (f"/teams/{i['team']}?reason={REASON}", None),
    }
