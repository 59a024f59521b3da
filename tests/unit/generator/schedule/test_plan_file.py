"""The plan's file: written and read back, and an edited one checked line by line."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.errors import GrilseError
from grilse.generator.schedule.plan import HistoryPlan, StagePlan
from grilse.generator.schedule.plan_file import check_plan, format_plan, parse_plan, read_plan, write_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches

FIRST = "FO-2023-001"


@pytest.fixture(scope="module")
def plan(world) -> HistoryPlan:
    return schedule_batches(world, ScheduleRequest(batches=60)).plan


@pytest.fixture
def edit(plan, world, tmp_path):
    """What is said about the plan with some text changed: the line and the message of each problem."""

    def list_problems(*changes: tuple[str, str]) -> list[tuple[int, str]]:
        text = format_plan(plan)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(GrilseError) as refused:
            read_plan(path, world)
        lines = str(refused.value).splitlines()
        assert all(line.startswith(f"{path}") for line in lines)
        problems_listed = [line.removeprefix(f"{path}, line ").split(": ", 1) for line in lines]
        return [(int(line), message) for line, message in problems_listed]

    return list_problems


def find_line(plan: HistoryPlan, number: str, order: int) -> int:
    """Line of a stage, or with order 0 of the batch, in the plan as it is written."""
    read = parse_plan(format_plan(plan), "plan.yaml")
    batch = next(batch for batch in read.batches if batch.number == number)
    return batch.stages[order - 1].line if order else batch.line


def test_a_plan_that_is_written_reads_back_the_same(plan, world, tmp_path):
    write_plan(plan, tmp_path / "plan.yaml")
    assert read_plan(tmp_path / "plan.yaml", world) == plan


def test_one_stage_is_one_line(plan):
    text = format_plan(plan).splitlines()
    assert sum(line.startswith("  - {order: ") for line in text) == 6 * len(plan.batches)
    assert max(map(len, text)) < 120


@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)))
@settings(max_examples=60)
def test_any_name_survives_the_file(plan, names):
    names = tuple(name.replace("..", "") or "x" for name in names)
    stage = replace(plan.batches[0].stages[0], containers=names, site=(*names, "yes")[0])
    batch = replace(plan.batches[0], geography="no", stages=(stage, *plan.batches[0].stages[1:]))
    odd = replace(plan, batches=(batch,))
    assert parse_plan(format_plan(odd), "plan.yaml") == odd


def test_single_containers_and_ranges_may_be_mixed(plan, world, tmp_path):
    stage = plan.batches[0].stages[0]
    names = stage.containers
    text = format_plan(plan).replace(
        f"[{names[0]}..{names[-1]}]", f"[{names[0]}, {names[1]}..{names[7]}, {names[8]}, {names[9]}]", 1
    )
    (tmp_path / "plan.yaml").write_text(text)
    assert read_plan(tmp_path / "plan.yaml", world) == plan


def test_a_batch_may_be_taken_out(plan, world):
    check_plan(replace(plan, batches=plan.batches[1:]), world)


def test_two_batches_in_one_pen_on_one_day_are_refused_by_line(plan, edit):
    old, new = (f"area: {area}, containers: [{area}-P01..{area}-P" for area in ("FO-SEA-02", "FO-SEA-01"))
    messages = edit((old, new))
    second = next(batch for batch in plan.batches if batch.stages[5].site == "FO-SEA-02")
    assert len(messages) == 1
    assert messages[0][0] == find_line(plan, second.number, 6)


def test_both_batches_and_their_dates_are_named(plan, world):
    first, second = (batch for batch in plan.batches[:4] if batch.geography == "Faroe Islands")
    pens = first.stages[5].containers[:1] + second.stages[5].containers[1:]
    wrong = replace(second, stages=(*second.stages[:5], replace(second.stages[5], containers=pens)))
    edited = replace(plan, batches=tuple(wrong if batch is second else batch for batch in plan.batches))
    with pytest.raises(GrilseError) as refused:
        check_plan(edited, world)
    problem = str(refused.value)
    day = second.stages[5].start
    assert f"two batches in {pens[0]} on {day}: {first.number} ({first.stages[5].start} to" in problem
    assert f"and {second.number} ({day} to {second.stages[5].stop})" in problem


def test_two_batches_in_other_pens_of_one_area_are_refused(plan, world):
    first, second = (batch for batch in plan.batches[:4] if batch.geography == "Faroe Islands")
    sea = replace(second.stages[5], site=first.stages[5].site, containers=("FO-SEA-01-P18", "FO-SEA-01-P19"))
    wrong = replace(second, eggs=300_000, stages=(*second.stages[:5], sea))
    edited = replace(plan, batches=tuple(wrong if batch is second else batch for batch in plan.batches))
    with pytest.raises(GrilseError, match=r"two batches in area FO-SEA-01 on .* has it to itself"):
        check_plan(edited, world)


@pytest.mark.parametrize(
    ("gap", "words"),
    [(9, "too soon for"), (10, "whose fish may come 14 days earlier"), (23, "whose fish may come 14 days")],
)
def test_a_place_that_still_lies_fallow_is_refused(plan, world, gap, words):
    with pytest.raises(GrilseError, match="lies fallow until") as refused:
        check_plan(build_following_batches(plan, gap), world)
    assert words in str(refused.value)


def test_a_place_that_has_rested_is_free_again(plan, world):
    check_plan(build_following_batches(plan, 24), world)


def build_following_batches(plan: HistoryPlan, gap: int) -> HistoryPlan:
    """Two batches whose Parr stand in one hall, the second so many days after the first."""
    first, _, second = plan.batches[:3]
    shift = timedelta(days=90 + gap)

    def move_stage(stage: StagePlan, earlier: StagePlan) -> StagePlan:
        place = earlier if stage.order == 3 else stage
        return replace(
            stage, site=place.site, containers=place.containers, start=earlier.start + shift, stop=earlier.stop + shift
        )

    stages = tuple(move_stage(*both) for both in zip(second.stages, first.stages, strict=True))
    return replace(plan, batches=(first, replace(second, start=first.start + shift, stages=stages)))


@pytest.mark.parametrize(
    ("old", "new", "order", "words"),
    [
        ("FO-SEA-01-P01..FO-SEA-01-P", "FO-SEA-01-P01..FO-SEA-01-P9", 6, "unknown container FO-SEA-01-P21 and"),
        ("FO-SEA-01-P01..", "SC-SEA-01-P01..", 6, "is no range"),
        ("[FO-FW-01-B-01..FO-FW-01-B-10]", "[]", 2, "has no container"),
        ("[FO-FW-01-B-01..FO-FW-01-B-10]", "[FO-FW-01-B-01, FO-FW-01-B-01]", 2, "listed twice"),
        ("[FO-FW-01-B-01..", "[FO-FW-02-B-01, FO-FW-01-B-01..", 2, "FO-FW-02-B-01 of FO-FW-02-B cannot be in"),
        ("hall: FO-FW-01-B", "hall: FO-FW-99-B", 2, "unknown hall 'FO-FW-99-B'"),
        ("hall: FO-FW-01-B", "hall: FO-SEA-01", 2, "FO-SEA-01 serves stage 6, Adult, not stage 2"),
        ("hall: FO-FW-01-B", "area: FO-FW-01-B", 2, "stands in one hall"),
        ("hall: FO-FW-01-B,", "", 2, "lacks 'hall'"),
        ("order: 2", "order: 7", 2, "between 1 and 6"),
        ("order: 2", "order: two", 2, "a whole number is needed"),
        ("order: 2", "sort: 2", 2, "lacks 'order'"),
        ("eggs: ", "eggs: -", 0, "between 1,000 and 100,000,000"),
        ("eggs: ", "egg: ", 0, "unknown key 'egg'"),
        ("geography: Faroe Islands", "geography: Norway", 0, "unknown geography 'Norway'"),
        ("geography: Faroe Islands", "geography: ", 0, "lacks 'geography'"),
        ("number: FO-2023-001", "number: ../x", 0, "may hold letters, digits"),
        ("order: 2", "order: 3", 0, "needs the stages 1 to 6 in their order, not 1, 3, 3, 4, 5, 6"),
    ],
)
def test_an_edit_that_cannot_be_is_named_by_line(plan, edit, old, new, order, words):
    assert plan.batches[0].number == FIRST
    messages = edit((old, new))
    assert any(words in message for _, message in messages)
    first = find_line(plan, FIRST, order)
    assert first <= messages[0][0] <= first + (4 if order == 0 else 0)


def test_containers_of_another_geography_are_refused(edit):
    messages = edit(("geography: Faroe Islands", "geography: Scotland"))
    assert len(messages) == 6
    assert "FO-FW-01-A is in Faroe Islands, batch FO-2023-001 in Scotland" in messages[0][1]


def test_dates_that_do_not_join_are_refused(plan, world):
    batch = plan.batches[0]
    for order, change in ((2, 1), (6, -1)):
        stages = list(batch.stages)
        late = replace(stages[order - 1], start=stages[order - 1].start + timedelta(days=change))
        stages[order - 1] = late
        with pytest.raises(GrilseError, match=rf"stage {order} of .* the dates must join"):
            check_plan(replace(plan, batches=(replace(batch, stages=tuple(stages)),)), world)


def test_a_stage_that_runs_backwards_is_refused(plan, world):
    batch = plan.batches[0]
    stages = list(batch.stages)
    stages[3] = replace(stages[3], start=stages[3].stop, stop=stages[3].start)
    with pytest.raises(GrilseError, match=r"stage 4 of .* is -90 days"):
        check_plan(replace(plan, batches=(replace(batch, stages=tuple(stages)),)), world)


def test_the_move_of_the_eggs_stays_on_day_90(plan, world):
    batch = plan.batches[0]
    egg, fry, *rest = batch.stages
    later = egg.stop + timedelta(days=1)
    stages = (replace(egg, stop=later), replace(fry, start=later), *rest)
    with pytest.raises(GrilseError, match=r"stage 1 of .* is 91 days, .* it takes 90"):
        check_plan(replace(plan, batches=(replace(batch, stages=stages),)), world)


def test_too_few_pens_are_refused_with_fish_and_density(plan, world):
    batch = plan.batches[0]
    sea = replace(batch.stages[5], containers=batch.stages[5].containers[:10])
    few = replace(batch, eggs=3_500_000, stages=(*batch.stages[:5], sea))
    with pytest.raises(GrilseError) as refused:
        check_plan(replace(plan, batches=(few,)), world)
    assert "304,500 fish a pen (limit 200,000) and 33.6 kg/m³ at harvest (limit 25)" in str(refused.value)


def test_more_eggs_than_the_tanks_hold_are_refused(plan, world):
    with pytest.raises(GrilseError, match=r"10 containers are too few for 9,000,000 eggs .* at 180 g"):
        check_plan(replace(plan, batches=(replace(plan.batches[0], eggs=9_000_000),)), world)


def test_a_batch_number_used_twice_is_refused(plan, edit):
    second = plan.batches[2].number
    messages = edit((f"number: {second}", f"number: {FIRST}"))
    assert messages == [(find_line(plan, second, 0), f"batch {FIRST} is there twice, first on line 9")]


def test_batches_that_start_after_the_last_day_are_refused(plan, edit):
    messages = edit((f"until: {plan.until}", f"until: {plan.batches[-1].start - timedelta(days=1)}"))
    assert messages[0][0] == find_line(plan, plan.batches[-1].number, 0)
    assert "after the last day" in messages[0][1]


def test_a_history_that_ends_in_the_future_is_refused(edit):
    later = datetime.now(UTC).date() + timedelta(days=3)
    ((line, message),) = edit(("until: 2025-12-31", f"until: {later}"))
    assert line == 6
    assert "may not end later than tomorrow" in message


def test_a_plan_of_another_world_says_only_that(edit):
    ((line, message),) = edit(("sha256: ", "sha256: 0"), ("FO-SEA-01", "FO-SEA-99"))
    assert line == 5
    assert "made for the world north-atlantic" in message


def test_a_file_cut_short_is_refused_wherever_it_is_cut(plan):
    text = format_plan(replace(plan, batches=plan.batches[:2]))
    for length in range(text.index("---") + 4, len(text.rstrip())):
        with pytest.raises(GrilseError, match=r"^plan.yaml, line \d+: the file is cut short"):
            parse_plan(text[:length], "plan.yaml")


def test_a_file_of_comments_only_is_refused():
    with pytest.raises(GrilseError, match=r"plan.yaml: is empty"):
        parse_plan("# What\n", "plan.yaml")


def test_a_plan_edited_by_a_program_reads_the_same(plan):
    written = yaml.safe_dump(yaml.safe_load(format_plan(plan)))
    assert parse_plan(written, "plan.yaml") == plan


def test_twenty_problems_are_shown_and_all_counted(plan, world):
    far = replace(plan, until=plan.batches[0].start - timedelta(days=1))
    with pytest.raises(GrilseError) as refused:
        check_plan(far, world)
    lines = str(refused.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "the plan: 60 problems in all, 40 more than shown"


def test_what_cannot_be_written_leaves_nothing_behind(plan, tmp_path):
    (tmp_path / "plan.yaml").mkdir()
    with pytest.raises(GrilseError, match="cannot be written"):
        write_plan(plan, tmp_path / "plan.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]
    with pytest.raises(GrilseError, match="cannot be written: No such file"):
        write_plan(plan, tmp_path / "nowhere" / "plan.yaml")


def build_repeated_plan(plan, batches=1, stages=1, containers="A-1"):
    """Return a plan whose batches and stages are aliases of one: a few kB."""
    text = format_plan(replace(plan, batches=plan.batches[:1]))
    head, _, _ = text.partition("batches:")
    stage = f"{{order: 1, hall: A, containers: [{containers}], from: 2020-01-01, to: 2020-04-01}}"
    batch = "{number: A, geography: B, start: 2020-01-01, eggs: 5000, stages: [&stage " + stage
    return f"{head}batches: [&batch {batch}{', *stage' * (stages - 1)}]}}{', *batch' * (batches - 1)}]\n...\n"


@pytest.mark.parametrize(
    ("repeated", "message"),
    [
        ({"containers": "A-1..A-1001"}, "stage 1 of A has more than 1,000 containers"),
        ({"containers": "A-0..A-9" + ", A-0..A-999" * 2000}, "stage 1 of A has more than 1,000 containers"),
        ({"containers": "A-1..A-900000000"}, "stage 1 of A has more than 1,000 containers"),
        ({"stages": 2000, "containers": "A-0..A-999"}, "batch A has 2000 stages; the world has 6"),
        ({"batches": 2000, "stages": 6, "containers": "A-0..A-999"}, "the plan has more than 100,000 containers"),
    ],
)
def test_a_small_file_that_names_many_containers_is_refused_before_they_are_made(plan, repeated, message):
    text = build_repeated_plan(plan, **repeated)
    tracemalloc.start()
    with pytest.raises(GrilseError, match=message):
        parse_plan(text, "plan.yaml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * 2**20
    parse_plan(build_repeated_plan(plan, batches=16, stages=6, containers="A-1..A-1000"), "plan.yaml")
