"""Reads, checks and writes the plan of a history as YAML: each stage is one line, so an error names its line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from grilse.errors import GrilseError
from grilse.generator.schedule.plan import VERSION, BatchPlan, HistoryPlan, StagePlan
from grilse.generator.schedule.validation import find_problems
from grilse.generator.world.rules import STAGES
from grilse.generator.world.world import World
from grilse.generator.world.yaml_reader import (
    ProblemReport,
    RowError,
    YamlRow,
    compose_document,
    read_file_text,
    read_scalar,
)

MAX_STAGE_CONTAINERS = 1000
MAX_PLAN_CONTAINERS = 100_000
"""A few bytes name a thousand containers, as a range does."""
EGGS = (1_000, 100_000_000)
START, END = "---", "..."  # of a YAML document; a document without its end was cut short
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NUMBERED = re.compile(r"(?P<stem>.*?)(?P<digits>[0-9]{1,9})")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_. &-]*[A-Za-z0-9]")
HEADING = """\
# What `grilse generate` makes. Edit it: generate checks it first and names the line that is wrong.
# A stage stands in its place from `from` until `to`, the day its fish leave; A..B is a range of names.
"""


def read_plan(path: Path | str, world: World) -> HistoryPlan:
    """Return the plan of a file, checked against its world."""
    plan = parse_plan(read_file_text(Path(path)), str(path))
    check_plan(plan, world)
    return plan


def check_plan(plan: HistoryPlan, world: World) -> None:
    """Refuse a plan that its world cannot carry out."""
    report = ProblemReport(plan.file)
    report.problems.extend(find_problems(plan, world))
    report.raise_if_any()


def write_plan(plan: HistoryPlan, path: Path | str) -> None:
    """Write the plan for people to read and edit; an interrupted write leaves no file."""
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(format_plan(plan), encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise GrilseError(f"{target}: cannot be written: {error.strerror}") from error


def parse_plan(text: str, file: str) -> HistoryPlan:
    """Return the plan of a YAML text; errors name the line of every wrong row."""
    lines = text.rstrip().splitlines()
    if START in lines and lines[-1] != END:
        raise GrilseError(f"{file}, line {len(lines)}: the file is cut short: its last line must be {END!r}")
    report = ProblemReport(file)
    with report.collect_row_error():
        plan = _read_plan(YamlRow(compose_document(text, file), "the plan"), report)
    report.raise_if_any()
    return plan


def _read_plan(row: YamlRow, report: ProblemReport) -> HistoryPlan:
    row.refuse_unknown_keys("version", "world", "until", "batches")
    version = row.read_string("version")
    if version != str(VERSION):
        raise RowError(row.find_line("version"), f"the plan has version {version}; {VERSION} can be read")
    world_row = row.read_mapping("world")
    world_row.refuse_unknown_keys("name", "sha256")
    batches: list[BatchPlan] = []
    containers = 0
    for node in row.read_items("batches"):
        with report.collect_row_error():
            batches.append(_read_batch(YamlRow(node, "a batch"), report))
            containers += sum(len(stage.containers) for stage in batches[-1].stages)
        if containers > MAX_PLAN_CONTAINERS:
            raise RowError(node.start_mark.line + 1, f"the plan has more than {MAX_PLAN_CONTAINERS:,} containers")
    return HistoryPlan(
        version=VERSION,
        world=world_row.read_string("name"),
        world_sha256=world_row.read_string("sha256"),
        until=row.read_date("until"),
        batches=tuple(batches),
        file=report.file,
        lines={key: row.find_line(key) for key in ("world", "until", "batches")},
    )


def _read_batch(row: YamlRow, report: ProblemReport) -> BatchPlan:
    number = row.read_string("number")
    row.what = f"batch {number}"
    row.refuse_unknown_keys("number", "geography", "start", "eggs", "stages")
    if not NUMBER.fullmatch(number):
        raise RowError(row.find_line("number"), f"the batch number {number!r} may hold letters, digits, . _ and -")
    nodes, stages = row.read_items("stages"), list[StagePlan]()
    if len(nodes) > STAGES:
        raise RowError(row.find_line("stages"), f"{row.what} has {len(nodes)} stages; the world has {STAGES}")
    for node in nodes:
        with report.collect_row_error():
            stages.append(_read_stage(YamlRow(node, f"a stage of {number}")))
    return BatchPlan(
        number=number,
        geography=row.read_string("geography"),
        start=row.read_date("start"),
        eggs=row.read_integer("eggs", *EGGS),
        stages=tuple(stages),
        line=row.line,
    )


def _read_stage(row: YamlRow) -> StagePlan:
    order = row.read_integer("order", 1, STAGES)
    row.what = f"stage {order}{row.what.removeprefix('a stage')}"
    row.refuse_unknown_keys("order", "hall", "area", "containers", "from", "to")
    key, other = ("area", "hall") if order == STAGES else ("hall", "area")
    if row.has_value(other):
        raise RowError(row.find_line(other), f"{row.what} stands in one {key}; {other!r} is not for it")
    return StagePlan(
        order=order,
        site=row.read_string(key),
        containers=tuple(_read_containers(row)),
        start=row.read_date("from"),
        stop=row.read_date("to"),
        line=row.line,
    )


def _read_containers(row: YamlRow) -> list[str]:
    containers: list[str] = []
    for node in row.read_items("containers"):
        containers += _expand_containers(node, row)
        if len(containers) > MAX_STAGE_CONTAINERS:
            raise RowError(row.find_line("containers"), f"{row.what} has more than {MAX_STAGE_CONTAINERS:,} containers")
    return containers


def _expand_containers(node: yaml.Node, row: YamlRow) -> list[str]:
    """Return one container, or those of a range."""
    text = read_scalar(node, f"a container of {row.what}")
    first, is_range, last = (part.strip() for part in text.partition(".."))
    names = _expand_range(first, last) if is_range else [text]
    if not names:
        line = int(node.start_mark.line) + 1
        raise RowError(line, f"{text!r} of {row.what} is no range: only the last number may differ, and grow")
    return names


def _expand_range(first: str, last: str) -> list[str]:
    """Return the names of a range with one stem and growing numbers of one width; else none."""
    start, stop = NUMBERED.fullmatch(first), NUMBERED.fullmatch(last)
    if not start or not stop or start["stem"] != stop["stem"]:
        return []
    width = len(start["digits"])
    numbers = range(int(start["digits"]), int(stop["digits"]) + 1)[: MAX_STAGE_CONTAINERS + 1]
    return [f"{start['stem']}{number:0{width}d}" for number in numbers]


def format_plan(plan: HistoryPlan) -> str:
    """Return the plan as a YAML text."""
    return "\n".join((HEADING + START, *_iter_lines(plan), END, ""))


def _iter_lines(plan: HistoryPlan) -> Iterator[str]:
    yield f"version: {plan.version}"
    yield f"world: {{name: {_quote_text(plan.world)}, sha256: {plan.world_sha256}}}"
    yield f"until: {plan.until}"
    yield "batches:" if plan.batches else "batches: []"
    for batch in plan.batches:
        yield ""
        yield f"- number: {_quote_text(batch.number)}"
        yield f"  geography: {_quote_text(batch.geography)}"
        yield f"  start: {batch.start}"
        yield f"  eggs: {batch.eggs}"
        yield "  stages:"
        yield from (f"  - {_format_stage(stage)}" for stage in batch.stages)


def _format_stage(stage: StagePlan) -> str:
    place = "area" if stage.order == STAGES else "hall"
    containers = ", ".join(_iter_ranges(stage.containers))
    return (
        f"{{order: {stage.order}, {place}: {_quote_text(stage.site)}, containers: [{containers}], "
        f"from: {stage.start}, to: {stage.stop}}}"
    )


def _iter_ranges(names: tuple[str, ...]) -> Iterator[str]:
    """Yield names; three or more consecutive names become A..B."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _expand_range(runs[-1][-1], name) == [runs[-1][-1], name]:
            runs[-1].append(name)
        else:
            runs.append([name])
    for run in runs:
        if len(run) > 2:
            yield _quote_text(f"{run[0]}..{run[-1]}")
        else:
            yield from (_quote_text(name) for name in run)


def _quote_text(text: str) -> str:
    """Return a YAML scalar that reads back as this text."""
    if PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
