"""The check of performance, as commands give it: what was asked for, and how it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from grilse.proof import baseline, kept
from grilse.proof.growth import predict
from grilse.proof.judge import BROKEN, HOLDS, UNPROVEN, Figure
from grilse.proof.kept import Proof
from grilse.proof.proving import Advance, figure, prove
from grilse.proof.registry import Hot, declared
from grilse.proof.servers import ProofError
from grilse.proof.shapes import Flip

AGAIN = 2
"""Times that a query which seems worse than in an earlier proof is run again."""
MARKS = {HOLDS: "ok ", BROKEN: "RED", UNPROVEN: "-- "}
WIDTH = 90
"""Letters of a plan on the line of its query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A proof with what it was held against."""

    proof: Proof
    against: baseline.Against | None
    scale: int | None
    flips: tuple[Flip, ...]
    """What would be planned otherwise at so many times the rows: a forecast, that breaks nothing yet."""
    strict: bool

    @property
    def ok(self) -> bool:
        """Whether the check is green."""
        held = self.proof.whole if self.strict else self.proof.ok
        return held and not (self.against and self.against.worse)


def wanted(names: Sequence[str]) -> tuple[Hot, ...]:
    """Return the declared queries of some names, or of what names begin with; all where none is given."""
    hot = declared()
    if not hot:
        raise ProofError("no hot query is declared: declare some in the module hot of an application")
    for name in names:
        if not any(_is(one, name) for one in hot):
            raise ProofError(f"no hot query is called {name}: there are {', '.join(one.name for one in hot)}")
    return tuple(one for one in hot if not names or any(_is(one, name) for name in names))


def _is(hot: Hot, name: str) -> bool:
    return hot.name == name or hot.name.startswith(f"{name.rstrip('.')}.")


def check(
    hot: Sequence[Hot],
    *,
    earlier: Path | None = None,
    scale: int | None = None,
    save: Path | None = None,
    strict: bool = False,
    advance: Advance = lambda _: None,
) -> Checked:
    """Prove hot queries, hold them against an earlier proof, and look ahead; a proof of all is kept."""
    then = None if earlier is None else _loaded(earlier)
    proof = prove(hot, advance)
    if then is not None:
        proof = _settled(proof, then, hot)
    if len(hot) == len(declared()):
        kept.keep(proof)
    if save is not None:
        kept.save(proof, save)
    return Checked(
        proof=proof,
        against=baseline.against(proof, then) if then else None,
        scale=scale,
        flips=tuple(predict(scale, hot)) if scale else (),
        strict=strict,
    )


def _settled(proof: Proof, then: Proof, hot: Sequence[Hot]) -> Proof:
    """Return a proof in which what became worse was run again: a noisy machine seldom strikes one thrice."""
    for _ in range(AGAIN):
        worse = baseline.against(proof, then).worse
        again = {one.name: figure(one) for one in hot if one.name in worse}
        figures = (min(one, again.get(one.name, one), key=_milliseconds) for one in proof.figures)
        proof = replace(proof, figures=tuple(figures))
    return proof


def _milliseconds(one: Figure) -> float:
    return one.milliseconds


def _loaded(path: Path) -> Proof:
    try:
        return kept.load(path)
    except OSError as error:
        raise ProofError(f"{path}: {error.strerror}: name a file that --save wrote") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProofError(f"{path} is no proof: name a file that --save wrote") from error


def facts(checked: Checked) -> dict[str, Any]:
    """Return all of it for programs."""
    against = None if checked.against is None else asdict(checked.against)
    flips = [asdict(one) for one in checked.flips]
    return {
        "ok": checked.ok,
        **asdict(checked.proof),
        "baseline": against,
        "scale": checked.scale,
        "flips": flips,
    }


def lines(checked: Checked) -> Iterator[str]:
    """Yield it for people: a line a query, below it what is wrong, and at the end the sum."""
    worse = checked.against.worse if checked.against else {}
    width = max((len(one.name) for one in checked.proof.figures), default=0)
    for one in checked.proof.figures:
        mark = MARKS[BROKEN] if one.name in worse else MARKS[one.state]
        yield f"{mark}  {one.name:{width}}  {_used(one)}".rstrip()
        said = one.said if one.statements else ()
        yield from (f"       {line}" for line in (*said, *worse.get(one.name, ())))
    yield from _ahead(checked)
    yield _sum(checked)


def _ahead(checked: Checked) -> Iterator[str]:
    worse = [one for one in checked.flips if one.worse]
    if checked.scale:
        yield (
            f"with {checked.scale} times the rows {len(checked.flips)} statements would be planned otherwise,"
            f" {len(worse)} of them worse:"
        )
    for one in worse:
        yield f"     {one.name}, statement {one.statement}: {'; '.join(one.said)}"


def _used(one: Figure) -> str:
    if not one.statements:
        return one.said[0]
    word = "statement " if one.statements == 1 else "statements"
    plans = "; ".join(plan.brief for plan in one.plans if plan.brief)
    shape = plans if len(plans) <= WIDTH else f"{plans[: WIDTH - 1]}…"
    return (
        f"{one.statements:2} {word} {one.buffers:7,} blocks {f'{one.read:,.0f}/{one.returned:,.0f}':>15} rows"
        f" {one.milliseconds:8.2f} ms  {shape}"
    )


def _sum(checked: Checked) -> str:
    proof, against = checked.proof, checked.against
    told = [f"{proof.count(HOLDS)} of {len(proof.figures)} hold"]
    if proof.count(BROKEN):
        told.append(f"{proof.count(BROKEN)} broken")
    if proof.count(UNPROVEN):
        told.append(f"{proof.count(UNPROVEN)} not proven: they do not count as held")
    if against:
        told.append(
            f"{len(against.worse)} of {against.compared} worse than on {against.at},"
            f" by a machine {against.pace:.2f} times as slow"
        )
    return "; ".join(told)
