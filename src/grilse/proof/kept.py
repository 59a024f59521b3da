"""Proofs as files of JSON in a folder: the last one, and a query's figure over time."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from grilse.proof import conf
from grilse.proof.judge import BROKEN, HOLDS, UNPROVEN, Budget, Explained, Figure, State
from grilse.proof.plan import Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A run over hot queries, and what it holds for."""

    at: str
    """When it began, UTC, as ISO 8601."""
    versions: Mapping[str, str]
    """`PostgreSQL`, `Python`, `Django`, `psycopg` and what the project adds."""
    commit: str | None
    """None where the code is no checkout."""
    rows: Mapping[str, int]
    """Of each table, as the planner knows them; -1 where it was never analysed."""
    pace: float
    """Milliseconds of a task that is always the same: how fast the machine was."""
    figures: tuple[Figure, ...]
    """One a query, by name."""

    def count(self, state: State) -> int:
        """Return how many queries are in a state."""
        return sum(one.state == state for one in self.figures)

    @property
    def ok(self) -> bool:
        """Whether something is proven and nothing is broken."""
        return self.count(HOLDS) > 0 and self.count(BROKEN) == 0

    @property
    def whole(self) -> bool:
        """Whether every query that was asked about is proven."""
        return self.ok and self.count(UNPROVEN) == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The figure of a query in one proof."""

    at: datetime
    commit: str | None
    figure: Figure


def keep(proof: Proof) -> Path | None:
    """Write a proof into the folder; None where the project keeps none.

    Of the one before only the figures stay, without the plans, and the oldest goes.
    """
    folder = conf.folder()
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = last()
    path = _path(folder, proof)
    save(proof, path)
    if before is not None and before.at != proof.at:
        save(_thinned(before), _path(folder, before))
    for old in _files()[: -conf.MOST_KEPT]:
        old.unlink(missing_ok=True)
    return path


def last() -> Proof | None:
    """Return the newest proof that is kept."""
    files = _files()
    return _last(files[-1], files[-1].stat().st_mtime_ns) if files else None


@lru_cache(maxsize=1)
def _last(path: Path, changed: int) -> Proof:
    """Return the proof of a file, read again when it changed: its plans are many."""
    return load(path)


def history(name: str) -> list[Past]:
    """Return a query's figures, the oldest first; of proofs in which it was run."""
    return [
        Past(at=datetime.fromisoformat(proof["at"]), commit=proof["commit"], figure=_figure(figure))
        for proof in (json.loads(path.read_text()) for path in _files())
        for figure in proof["figures"]
        if figure["name"] == name and figure["statements"]
    ]


def save(proof: Proof, path: Path) -> None:
    """Write a proof to a file."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(proof)))
    draft.replace(path)


def load(path: Path) -> Proof:
    """Return the proof of a file."""
    return _proof(json.loads(path.read_text()))


def _files() -> list[Path]:
    folder = conf.folder()
    return [] if folder is None else sorted(folder.glob("*.json"))


def _path(folder: Path, proof: Proof) -> Path:
    return folder / f"{proof.at.replace(':', '').replace('+0000', 'Z')}.json"


def _thinned(proof: Proof) -> Proof:
    return replace(proof, figures=tuple(replace(figure, plans=()) for figure in proof.figures))


def _proof(told: Mapping[str, Any]) -> Proof:
    return Proof(**{**told, "figures": tuple(_figure(one) for one in told["figures"])})


def _explained(told: Mapping[str, Any]) -> Explained:
    root = told.get("root")
    return Explained(**{**told, "root": root and _node(root)})


def _node(told: Mapping[str, Any]) -> Node:
    return Node(**{**told, "children": tuple(_node(child) for child in told["children"])})


def _figure(told: Mapping[str, Any]) -> Figure:
    budget = told["budget"]
    return Figure(
        **{
            **told,
            "said": tuple(told["said"]),
            "plans": tuple(_explained(plan) for plan in told["plans"]),
            "budget": Budget(**{**budget, "unscanned": tuple(budget["unscanned"])}),
        }
    )
