"""The interfaces, and one farm twice: in the database and as a package, which are refused the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from psycopg import Connection
from tests.edited_farm import DB, Farm, on, write_farm
from tests.integration.api.conftest import Program, create_key
from tests.package_files import Table, build_movement, write_package

Form = dict[str, Any]
CLOSED = 30  # the day on which the last fish of batch D left


@dataclass(frozen=True, kw_only=True)
class Interfaces:
    """A farm with limits and a closed batch, another company's, and who enters where."""

    farm: Farm
    foreign: int
    """A container of the other company."""
    species: int
    program: Program
    office: Client

    def api(self, method: str, address: str, body: Form) -> str:
        """Return what the API refuses with."""
        answer = getattr(self.program, method)(address, body)
        assert answer.status_code == 422, answer.content
        return answer.json()["detail"]

    def admin(self, rows: str, verb: str, form: Form, *args: int) -> str:
        """Return what a form of the office is refused with."""
        answer = self.office.post(reverse(f"admin:{rows}_{verb}", args=args), form)
        assert answer.status_code == 200, answer
        [text] = [text for texts in answer.context_data["adminform"].form.errors.values() for text in texts]
        return text


def open_interfaces(name: str = "Ours") -> Interfaces:
    """Write the farms, and let an admin in."""
    from django.contrib.auth import get_user_model

    from grilse.access.models import Company, Membership
    from grilse.stock.models import Species

    farm, other = (write_farm(Company.objects.using(DB).create(name=name).pk) for name in (name, f"Not {name}"))
    _add_limits(farm)
    user = get_user_model().objects.using(DB).create(username=f"admin of {name}")
    Membership.objects.using(DB).create(company_id=farm.company, user=user, role="admin")
    office = Client(SERVER_NAME="localhost")
    office.force_login(user)
    return Interfaces(
        farm=farm,
        foreign=other.containers["P4"],
        species=Species.objects.using(DB).get().pk,
        program=Program(create_key(farm.company, "admin")),
        office=office,
    )


def _add_limits(farm: Farm) -> None:
    """Add a pen and a site with limits, and a batch that is closed."""
    from grilse.farm.models import Area, Container
    from grilse.stock.models import Batch, Movement, Placement, Species, Stage

    of = {"company_id": farm.company}
    loch = Area.objects.using(DB).get(**of)
    small = Area.objects.using(DB).create(**of, geography_id=loch.geography_id, name="Loch B", max_biomass_kg=100)
    pens = (("P5", loch, 1.0), ("P6", loch, None), ("P7", loch, None), ("Q1", small, None))
    for name, area, limit in pens:
        container = Container.objects.using(DB).create(
            **of, name=name, kind="pen", volume_m3=1000, area=area, max_density_kg_m3=limit
        )
        farm.containers[name] = container.pk
    batch = Batch.objects.using(DB).create(
        **of, number="D", species=Species.objects.using(DB).get(), start_date=on(0), status="closed"
    )
    farm.batches["D"] = batch.pk
    placement = Placement.objects.using(DB).create(
        **of, name="D/P7", batch=batch, container_id=farm.containers["P7"], start=on(0), stop=on(CLOSED),
        stage=Stage.objects.using(DB).get(order=6),
    )  # fmt: skip
    farm.placements["D/P7"] = placement.pk
    for day, kind, side in ((0, "STOCKING", "target"), (CLOSED, "HARVEST", "source")):
        Movement.objects.using(DB).create(**of, date=on(day), kind=kind, count=100, **{side: placement})


def build_package() -> dict[str, list[Form]]:
    """Return the same farm as a package, as far as it is refused anything."""
    return {
        "areas": [
            {"area": name, "geography": "Scotland", "max_biomass_kg": limit}
            for name, limit in (("Loch A", ""), ("Loch B", 100))
        ],
        "containers": [
            {"container": name, "kind": "pen", "volume_m3": 1000, "area": area, "max_density_kg_m3": limit}
            for name, area, limit in (
                ("T1", "Loch A", ""), ("P1", "Loch A", ""), ("P3", "Loch A", ""), ("P5", "Loch A", 1),
                ("P6", "Loch A", ""), ("P7", "Loch A", ""), ("Q1", "Loch B", ""),
            )
        ],
        "feed_stores": [{"feed_store": "Barge", "capacity_kg": 10_000, "area": "Loch A"}],
        "feeds": [{"feed": "Grower 3"}],
        "batches": [
            {"batch": name, "species": "Atlantic Salmon", "start_date": on(day)}
            for name, day in (("A", 0), ("B", 4), ("D", 0))
        ],
        "placements": [
            build_placement_row("A/T1", 0, 20), build_placement_row("A/P1", 20), build_placement_row("B/P3", 24),
            build_placement_row("D/P7", 0, CLOSED),
        ],
        "movements": [
            build_movement(on(0), "STOCKING", target="A/T1", count=6_000),
            build_movement(on(20), "TRANSFER", "A/T1", "A/P1", count=6_000),
            build_movement(on(24), "STOCKING", target="B/P3", count=8_000),
            build_movement(on(0), "STOCKING", target="D/P7", count=100),
            build_movement(on(CLOSED), "HARVEST", source="D/P7", count=100),
        ],
        "feed_lots": [
            build_lot_row(f"L{number}", day, kg) for number, day, kg in ((1, 18, 300), (2, 26, 500), (3, 34, 900))
        ],
        "meals": [build_meal_row(42, 1)],
        "draws": [build_draw_row(42, 1)],
    }  # fmt: skip


def build_placement_row(name: str, start: int, stop: int | None = None, container: str = "") -> Form:
    """Return a row of a placement named after its batch and container."""
    batch, _, there = name.partition("/")
    end = "" if stop is None else on(stop)
    where = container or there
    return {
        "placement": name, "batch": batch, "container": where, "stage": "Adult", "start_date": on(start),
        "end_date": end,
    }  # fmt: skip


def build_lot_row(number: str, day: int, kg: float) -> Form:
    """Return a row of a delivery."""
    return {
        "lot": number, "feed_store": "Barge", "feed": "Grower 3", "delivered": on(day), "kg": kg,
        "price_per_kg": 1400,
    }  # fmt: skip


def build_meal_row(day: int, kg: float) -> Form:
    """Return a row of a meal."""
    return {"placement": "A/P1", "at": f"{on(day)}T08:00:00Z", "kg": kg, "feed": "Grower 3"}


def build_draw_row(day: int, kg: float) -> Form:
    """Return the row of what a meal drew."""
    return {"placement": "A/P1", "at": f"{on(day)}T08:00:00Z", "lot": "L1", "kg": kg}


def import_refused_package(owner: Connection, folder: Path, tables: dict[str, Table]) -> str:
    """Return the one thing that a package is refused for, with its place before it."""
    import pytest

    from grilse.exchange.imports import import_package
    from grilse.exchange.problems import PackageRefused

    # Within a transaction, so that what is taken in after all goes with the test.
    owner.execute("SELECT 1")
    with pytest.raises(PackageRefused) as refused:
        import_package(owner, write_package(folder, tables), company_name="A third")
    [problem] = refused.value.problems
    return str(problem)
