"""Published files taken in as a user types it."""

from tests.acceptance.commands import run_command, run_refused_command, run_report_command
from tests.official_files import format_biomass_file, format_lice_file


def test_files_are_taken_in_and_a_site_is_named(installation, pens, tmp_path):
    environment = installation(pens)
    weeks, months, cut = (tmp_path / f"{name}.csv" for name in ("lice", "biomass", "cut"))
    weeks.write_text("\ufeff" + format_lice_file("1,2024,31234,Holmen,0.2,0.5,0.1,Nei,Ja,0.5,Nei,6.5,4"), "utf-8")
    months.write_text(format_biomass_file("2024;01;JANUAR;04;A;LAKS;2023;1000;5000,5"), "utf-8")
    cut.write_text(format_lice_file("1,2024,31234,Holmen,x,0.5,0.1,Nei,Ja,0.5,Nei,6.5,4"), "utf-8")

    done = run_report_command(environment, "official", "take-in", weeks, months)["files"]
    assert [(line["kind"], line["new"]) for line in done] == [("lice", 1), ("biomass", 1)]
    assert run_refused_command(environment, "official", "take-in", cut) == (
        "error: cut.csv was not imported and nothing was written: cut.csv line 2: Voksne hunnlus 'x': not a number"
    )
    assert run_command(environment, "official", "site", "farm-a", "31234") == (
        "farm-a is locality 31234 in production area 4\n"
    )
    assert len(run_report_command(environment, "official", "list")["files"]) == 2
