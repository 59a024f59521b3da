"""Published files taken in as a user types it."""

from tests.acceptance.commands import grilse, refusal, report
from tests.official_files import biomass, lice


def test_files_are_taken_in_and_a_site_is_named(installation, pens, tmp_path):
    environment = installation(pens)
    weeks, months, cut = (tmp_path / f"{name}.csv" for name in ("lice", "biomass", "cut"))
    weeks.write_text("\ufeff" + lice("1,2024,31234,Holmen,0.2,0.5,0.1,Nei,Ja,0.5,Nei,6.5,4"), "utf-8")
    months.write_text(biomass("2024;01;JANUAR;04;A;LAKS;2023;1000;5000,5"), "utf-8")
    cut.write_text(lice("1,2024,31234,Holmen,x,0.5,0.1,Nei,Ja,0.5,Nei,6.5,4"), "utf-8")

    done = report(environment, "official", "take-in", weeks, months)["files"]
    assert [(one["kind"], one["new"]) for one in done] == [("lice", 1), ("biomass", 1)]
    assert refusal(environment, "official", "take-in", cut) == (
        "error: cut.csv was not imported and nothing was written: cut.csv line 2: Voksne hunnlus 'x': not a number"
    )
    assert grilse(environment, "official", "site", "farm-a", "31234") == (
        "farm-a is locality 31234 in production area 4\n"
    )
    assert len(report(environment, "official", "list")["files"]) == 2
