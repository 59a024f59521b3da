"""`grilse plan` as a user types it."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grilse.cli import main
from grilse.generator.schedule.plan_file import read_plan
from grilse.generator.world.world import load_world

CommandResult = tuple[int, str, str]


@pytest.fixture
def plan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., CommandResult]:
    """Runs `grilse plan` in an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run_plan_command(*words: str) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["grilse", "plan", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run_plan_command


def test_the_reference_history_is_planned_and_written(plan):
    code, out, err = plan("--batches", "144", "--stagger", "13", "-o", "x.yaml")

    assert (code, err) == (0, "")
    assert "144 batches (72 Faroe Islands + 72 Scotland), 2020-10-19 to 2025-12-31: 5.2 years" in out
    assert "83 harvested, 29 at sea, 32 on land" in out
    assert "Bottleneck: areas in Scotland (Adult), 17 of 20 in use at most (85%), 20 reserved." in out
    assert len(read_plan("x.yaml", load_world()).batches) == 144


def test_use_is_printed_by_stage_geography_and_month(plan):
    _, out, _ = plan("--batches", "144")

    assert re.search(r"Faroe Islands +Adult +22 areas +11\.1 +17 +20 +50% +34% +14", out)
    assert re.search(r"Scotland +Post-Smolt +10 halls", out)
    assert len(re.findall(r"^ +20\d\d-\d\d( +\d+){12} *$", out, flags=re.MULTILINE)) == 63


def test_without_a_file_nothing_is_written(plan, tmp_path):
    code, out, _ = plan("--batches", "4")

    assert code == 0
    assert "Not written; -o FILE writes it." in out
    assert list(tmp_path.iterdir()) == []


def test_json_is_one_object_with_use_and_bottleneck(plan):
    code, out, err = plan("--batches", "144", "--json", "-o", "x.yaml")
    payload = json.loads(out)

    assert (code, err) == (0, "")
    assert payload["batches"] == 144
    assert payload["geographies"] == {"Faroe Islands": 72, "Scotland": 72}
    assert payload["bottleneck"]["geography"] == "Scotland"
    assert payload["standing"] == {"land": 32, "sea": 29}
    assert len(payload["use"]) == 12
    assert len(payload["use"][0]["months"]) == 63
    assert payload["file"] == "x.yaml"


def test_ages_plan_one_batch_each(plan):
    code, out, _ = plan("--ages", "25,45,65", "--json")

    assert code == 0
    assert json.loads(out)["batches"] == 3


def test_a_lower_saturation_is_explained(plan):
    _, out, _ = plan("--years", "4", "--saturation", "0.5")

    assert "Note: a batch every 22 days, not 13: Adult in Scotland has 20 areas" in out


def test_a_plot_is_drawn(plan, tmp_path):
    code, _, err = plan("--batches", "20", "--plot", "use.png")

    assert (code, err) == (0, "")
    assert (tmp_path / "use.png").read_bytes().startswith(b"\x89PNG")


def test_a_plot_without_matplotlib_says_what_to_install(plan, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = plan("--batches", "20", "--plot", "use.png", "-o", "x.yaml")

    assert (code, out) == (2, "")
    assert err == "error: --plot needs matplotlib: pip install 'grilse[plot]'\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--batches", "144", "--pens-per-batch", "10"], "304,500 fish a pen (limit 200,000) and 33.6 kg/m³"),
        (["--batches", "144", "--pens-per-batch", "21"], "the nearest possible is --pens-per-batch 20"),
        (["--batches", "144", "--stagger", "5"], "the nearest possible is --batches 21 or --stagger 13"),
        (["--batches", "1000"], "the nearest possible is --batches 728"),
        (["--batches", "4", "--until", "2031-01-01"], "--until 2031-01-01 is in the future"),
        (["--batches", "4", "--until", "31.12.2025"], "--until 31.12.2025: a date is needed, as in 2025-12-31"),
        (["--ages", "25,old"], "--ages 25,old: whole numbers of days are needed"),
        (["--batches", "4", "--world", "nowhere.yaml"], "nowhere.yaml: cannot be read: No such file"),
        (["--batches", "4", "-o", "nowhere/x.yaml"], "nowhere/x.yaml: cannot be written: No such file"),
        (["--batches", "4", "--plot", "use.doc"], "use.doc: the plot cannot be written"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(plan, tmp_path, words, reason):
    code, out, err = plan(*words)

    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert reason in err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_world_is_named_by_line(plan, tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\nsince: soon\n")
    code, _, err = plan("--batches", "4", "--world", "mine.yaml")

    assert code == 2
    assert err.startswith("error: mine.yaml, line 1: the world lacks")
