"""Packages in and out as a user types it."""

import json

from tests.acceptance.commands import run_command, run_refused_command, run_report_command
from tests.killed_command import KillPoint, run_until_killed
from tests.package_files import build_two_pens, unpack_package, write_package


def test_a_package_goes_in_out_and_in_again_with_one_fingerprint(installation, imported_pens, tmp_path):
    database, done = imported_pens
    first, second = installation(database), installation()
    run_command(first, "export", tmp_path / "out")
    run_report_command(second, "import", tmp_path / "out")

    assert (done["company"], done["rows"]["movements"]) == ("scottish-pens", 1599)
    assert done["states"] == 10_537
    fingerprint = run_report_command(first, "fingerprint")
    assert fingerprint == run_report_command(second, "fingerprint")
    assert len(fingerprint["fingerprint"]) == 32


def test_the_same_again_is_refused_or_nothing_as_asked(installation, pens, tmp_path):
    environment, folder = installation(pens), unpack_package("scottish-pens", tmp_path)

    assert run_refused_command(environment, "import", folder) == (
        "error: scottish-pens has been imported already and nothing was written; --if-present skip makes this no error"
    )
    assert run_report_command(environment, "import", folder, "--if-present", "skip")["skipped"] is True


def test_an_import_and_an_export_that_are_killed_are_done_by_the_same_command_again(installation, pens, tmp_path):
    folder, out = unpack_package("scottish-pens", tmp_path), tmp_path / "out"
    here, complete = installation(), installation(pens)
    for function in ("write_package", "estimate_missing_batches"):
        assert run_until_killed(here, KillPoint("grilse.exchange.imports", function), "import", str(folder))
        assert run_until_killed(complete, KillPoint("grilse.exchange.exports", "write_table", 5), "export", str(out))
        assert not out.exists()
    run_report_command(here, "import", folder)
    run_report_command(complete, "export", out)

    assert run_report_command(here, "fingerprint") == run_report_command(complete, "fingerprint")
    resources = json.loads((out / "datapackage.json").read_text())["resources"]
    assert {resource["name"]: resource["rows"] for resource in resources}["movements"] == 1599
    assert not [*tmp_path.glob(".out*")]


def test_a_ledger_that_does_not_balance_is_refused_placement_by_placement(installation, tmp_path):
    environment = installation()
    said = run_refused_command(environment, "import", unpack_package("predecessor-batch-as-recorded", tmp_path))

    assert said.splitlines()[0].endswith("nothing was written: 40 problems:")
    assert "FAR-2023-001/6/01-Ring-20 would not balance: 10 fish missing on 2024-07-25; 118,099 fish missing" in said
    assert "no company yet" in run_refused_command(environment, "export", tmp_path / "out")


def test_one_bad_row_is_one_line(installation, tmp_path):
    tables = build_two_pens()
    tables["movements"][1]["count"] = -10

    said = run_refused_command(installation(), "import", write_package(tmp_path / "p", tables))

    assert said == ("error: p was not imported and nothing was written: movements.csv line 3: count '-10': below 0")


def test_a_folder_that_is_no_package_is_one_line(installation, tmp_path):
    said = run_refused_command(installation(), "import", tmp_path)

    assert said == f"error: {tmp_path} has no datapackage.json: it is no farm package, or an incomplete one"


def test_nothing_is_written_over(installation, tmp_path):
    environment = installation()
    run_command(environment, "import", write_package(tmp_path / "p", build_two_pens()))

    assert "p is not empty" in run_refused_command(environment, "export", tmp_path / "p")
    assert json.loads(run_command(environment, "export", tmp_path / "out", "--json"))["rows"]["placements"] == 2


def test_the_encoding_and_the_decimal_mark_are_options(installation, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    for path in folder.glob("*.csv"):
        text = path.read_text().replace(",", ";").replace("130.5", "130,500").replace("Loch A", "Måløy")
        path.write_bytes(text.replace("56.5;-5.5", "56,5;-5,5").replace("12.345", "12,345").encode("cp1252"))
    (folder / "environment.csv").unlink()
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"] = [entry for entry in descriptor["resources"] if entry["name"] != "environment"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    environment = installation()

    assert "areas.csv: not UTF-8: save it as CSV UTF-8" in run_refused_command(environment, "import", folder)
    assert "may be 12345 or 12.345" in run_refused_command(environment, "import", folder, "--encoding", "cp1252")
    report = run_report_command(environment, "import", folder, "--encoding", "cp1252", "--decimal", ",")
    assert report["came"] == report["taken"] + report["unchanged"] + report["refused"] > 0
