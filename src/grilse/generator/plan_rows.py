"""A plan as YAML: one stage a line, so that a line's number says which."""

import json
import re
from collections.abc import Iterator

import yaml

from grilse.errors import GrilseError
from grilse.generator.planned import VERSION, BatchPlan, Plan, StagePlan
from grilse.generator.problems import Report, RowError
from grilse.generator.world import STAGES
from grilse.generator.yaml_rows import Row, compose, scalar

LONGEST_RANGE = 1000
EGGS = (1_000, 100_000_000)
START, END = "---", "..."  # of a YAML document; one that is opened and not closed was cut short
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NUMBERED = re.compile(r"(?P<stem>.*?)(?P<digits>[0-9]{1,9})")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_. &-]*[A-Za-z0-9]")
HEADING = """\
# What `grilse generate` makes. Edit it: generate checks it first and names the line that is wrong.
# A stage stands in its place from `from` until `to`, the day its fish leave; A..B is a range of names.
"""


def parse_plan(text: str, file: str) -> Plan:
    """The plan written in a YAML text; every row that cannot be read is named by its line."""
    lines = text.rstrip().splitlines()
    if START in lines and lines[-1] != END:
        raise GrilseError(f"{file}, line {len(lines)}: the file is cut short: its last line must be {END!r}")
    report = Report(file)
    plan = None
    with report.row():
        plan = _plan(Row(compose(text, file), "the plan"), report)
    report.raise_if_any()
    assert plan is not None
    return plan


def _plan(row: Row, report: Report) -> Plan:
    row.allow("version", "world", "until", "batches")
    if row.text("version") != str(VERSION):
        raise RowError(
            row.line_of("version"), f"the plan has version {row.text('version')}; {VERSION} can be read"
        )
    named = row.row("world")
    named.allow("name", "sha256")
    batches: list[BatchPlan] = []
    for node in row.items("batches"):
        with report.row():
            batches.append(_batch(Row(node, "a batch"), report))
    return Plan(
        version=VERSION,
        world=named.text("name"),
        world_sha256=named.text("sha256"),
        until=row.day("until"),
        batches=tuple(batches),
        file=report.file,
        lines={key: row.line_of(key) for key in ("world", "until", "batches")},
    )


def _batch(row: Row, report: Report) -> BatchPlan:
    number = row.text("number")
    row.what = f"batch {number}"
    row.allow("number", "geography", "start", "eggs", "stages")
    if not NUMBER.fullmatch(number):
        raise RowError(
            row.line_of("number"), f"the batch number {number!r} may hold letters, digits, . _ and -"
        )
    stages: list[StagePlan] = []
    for node in row.items("stages"):
        with report.row():
            stages.append(_stage(Row(node, f"a stage of {number}")))
    return BatchPlan(
        number=number,
        geography=row.text("geography"),
        start=row.day("start"),
        eggs=row.integer("eggs", *EGGS),
        stages=tuple(stages),
        line=row.line,
    )


def _stage(row: Row) -> StagePlan:
    order = row.integer("order", 1, STAGES)
    row.what = f"stage {order}{row.what.removeprefix('a stage')}"
    row.allow("order", "hall", "area", "containers", "from", "to")
    key, other = ("area", "hall") if order == STAGES else ("hall", "area")
    if row.has(other):
        raise RowError(row.line_of(other), f"{row.what} stands in one {key}; {other!r} is not for it")
    return StagePlan(
        order=order,
        site=row.text(key),
        containers=tuple(name for node in row.items("containers") for name in _named(node, row)),
        start=row.day("from"),
        stop=row.day("to"),
        line=row.line,
    )


def _named(node: yaml.Node, row: Row) -> list[str]:
    """One container, or those of a range."""
    text = scalar(node, f"a container of {row.what}")
    first, is_range, last = (part.strip() for part in text.partition(".."))
    names = _between(first, last) if is_range else [text]
    if not names:
        line = int(node.start_mark.line) + 1
        raise RowError(line, f"{text!r} of {row.what} is no range: only the last number may differ, and grow")
    return names


def _between(first: str, last: str) -> list[str]:
    """The names from one to another: one stem, and numbers of one width that grow; else none."""
    start, stop = NUMBERED.fullmatch(first), NUMBERED.fullmatch(last)
    if not start or not stop or start["stem"] != stop["stem"]:
        return []
    width = len(start["digits"])
    numbers = range(int(start["digits"]), int(stop["digits"]) + 1)[:LONGEST_RANGE]
    return [f"{start['stem']}{number:0{width}d}" for number in numbers]


def format_plan(plan: Plan) -> str:
    """The plan as a YAML text."""
    return "\n".join((HEADING + START, *_lines(plan), END, ""))


def _lines(plan: Plan) -> Iterator[str]:
    yield f"version: {plan.version}"
    yield f"world: {{name: {_text(plan.world)}, sha256: {plan.world_sha256}}}"
    yield f"until: {plan.until}"
    yield "batches:" if plan.batches else "batches: []"
    for batch in plan.batches:
        yield ""
        yield f"- number: {_text(batch.number)}"
        yield f"  geography: {_text(batch.geography)}"
        yield f"  start: {batch.start}"
        yield f"  eggs: {batch.eggs}"
        yield "  stages:"
        yield from (f"  - {_flow(stage)}" for stage in batch.stages)


def _flow(stage: StagePlan) -> str:
    place = "area" if stage.order == STAGES else "hall"
    containers = ", ".join(_ranges(stage.containers))
    return (
        f"{{order: {stage.order}, {place}: {_text(stage.site)}, containers: [{containers}], "
        f"from: {stage.start}, to: {stage.stop}}}"
    )


def _ranges(names: tuple[str, ...]) -> Iterator[str]:
    """Names, with three or more that follow each other as A..B."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _between(runs[-1][-1], name) == [runs[-1][-1], name]:
            runs[-1].append(name)
        else:
            runs.append([name])
    for run in runs:
        if len(run) > 2:
            yield _text(f"{run[0]}..{run[-1]}")
        else:
            yield from (_text(name) for name in run)


def _text(text: str) -> str:
    """A YAML scalar that reads back as this text."""
    if PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
