"""One good request for every route of persons and teams."""

from typing import Any

from tests.integration.access.world import Region

WHY = "entered wrongly"


def requests_people(here: Region) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    person = {"name": "Somebody New", "geography": here.geography, "area": i["area"], "team": i["team"]}
    team = {"name": f"New crew of {here.mark}", "geography": here.geography}
    return {
        "search_persons": ("/persons/picker?text=wor", None),
        "read_person": (f"/persons/{i['head']}", None),
        "add_person": ("/persons", {**person, "manager": i["head"]}),
        "change_person": (f"/persons/{i['head']}", {**person, "because": WHY}),
        "retire_person": (f"/persons/{i['head']}?reason={WHY}", None),
        "reinstate_person": (f"/persons/{i['gone']}/return?reason={WHY}", None),
        "add_team": ("/teams", team),
        "change_team": (f"/teams/{i['team']}?reason={WHY}", team),
        "remove_team": (f"/teams/{i['team']}?reason={WHY}", None),
    }
