"""Journeys that were stored before positions had faults."""

import uuid
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connections, transaction

from grilse.people.models import Journey, TrackPoint

DB = "owner"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("missing", "review"), [(0, "open"), (1, "")], ids=["all positions", "positions deleted"])
def test_stored_journeys_are_measured_again_while_all_their_positions_are_there(staff, missing, review):
    with transaction.atomic(using=DB):
        of = {"company_id": staff.company, "person_id": staff.persons["author"]}
        for name, faulty in (("clean", None), ("jump", 2)):
            Journey.objects.using(DB).create(
                **of, reference=name, kind="conveyance", mode="car", started_at=NOON,
                ended_at=NOON + timedelta(minutes=4), points=5 + missing, distance_m=4444.0,
            )  # fmt: skip
            TrackPoint.objects.using(DB).bulk_create(
                TrackPoint(
                    **of, reference=name, kind="conveyance", at=NOON + timedelta(minutes=i), client_id=uuid.uuid4(),
                    latitude=60.1 + i / 100, longitude=-5.2 if i == faulty else 5.2,
                )
                for i in range(5)
            )  # fmt: skip
        with connections[DB].schema_editor(atomic=False) as editor:
            import_module("grilse.people.migrations.0004_stored_journeys").mark_faults(None, editor)
        clean, jump = Journey.objects.using(DB).filter(company_id=staff.company).order_by("reference")
        assert (clean.review, clean.distance_m) == ("", 4444.0)
        assert (jump.review, jump.faulty_points) == (review, 1 if review else 0)
        assert jump.distance_m == pytest.approx(4456 if review else 4444, abs=3)
        faults = TrackPoint.objects.using(DB).filter(reference="jump").order_by("at").values_list("fault", flat=True)
        assert list(faults) == [None, None, "sign lost" if review else None, None, None]
        transaction.set_rollback(True, using=DB)
