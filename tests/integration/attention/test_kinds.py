"""Each kind of finding on a planted situation: raised, not raised just below, ended when it is mended."""

from datetime import timedelta

import pytest
from tests.edited_farm import LAST, on
from tests.integration.attention.conftest import NOW

from grilse.attention.models import Finding, MortalityBand
from grilse.confirmation import accept_confirmed
from grilse.environment.models import DailyEnvironment
from grilse.farm.models import Area, Container, Geography, Sensor
from grilse.feeding.actions import meals
from grilse.growth.models import DailyState, FlaggedRecord
from grilse.health.actions.lice import NewLiceCount, correct_lice_count, record_lice_counts
from grilse.health.actions.treatments import NewTreatment, record_treatments
from grilse.health.limits import load_limits
from grilse.health.models import LiceLimit
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.models import Ticket
from grilse.people.models import Person
from grilse.planning.models import PlannedStage
from grilse.science.estimation import Provenance
from grilse.stock.actions import movements
from grilse.stock.models import Movement, Stage, TransferLine, TransferOrder


def is_ended(kind):
    """Tell whether all findings of a kind have ended, on the last day of records."""
    rows = Finding.objects.filter(kind=kind)
    return rows.exists() and not rows.exclude(ended_on=on(LAST), ended_at=NOW).exists()


@pytest.fixture
def limits(farm, acting):
    """The lice limits of Scotland: 0.5 in February."""
    geography = Geography.objects.get(company=farm.company)
    LiceLimit.objects.bulk_create(
        LiceLimit(company_id=farm.company, geography=geography, **row) for row in load_limits("Scotland")
    )


def count_lice(farm, females, day=40):
    [id] = record_lice_counts(
        [NewLiceCount(placement=farm.placements["A/P1"], date=on(day), fish_counted=20, adult_female=females)]
    )
    return id


def test_lice_at_the_limit(farm, look, limits):
    id = count_lice(farm, 10)

    [finding] = look("lice")
    assert (finding.figure, finding.threshold, finding.severe, finding.expected_on) == (0.5, 0.5, True, None)
    assert (finding.site, finding.begun_on, finding.day) == ("Loch A", on(LAST), on(LAST))
    assert finding.trend[-2:] == [0.5, None]
    assert finding.headline == "Lice over the limit: Loch A"
    assert finding.sentence == "0.5 adult females per fish, threshold 0.5; since 14 Feb 2024"

    count = NewLiceCount(placement=farm.placements["A/P1"], date=on(40), fish_counted=20, adult_female=9)
    correct_lice_count(id, count, reason="counted one louse twice")
    assert look("lice") == []
    assert is_ended("lice")


def test_lice_expected_over_the_limit_within_two_weeks(farm, look, limits):
    for day, females in ((26, 2), (33, 4), (40, 8)):
        count_lice(farm, females, day)

    [finding] = look("lice")
    assert finding.figure == pytest.approx(0.4)
    assert not finding.severe
    assert on(LAST) < finding.expected_on <= on(LAST + 7)


@accept_confirmed(True)
def lose_fish(farm, count, day=42):
    row = movements.NewMovement(date=on(day), kind="MORTALITY", count=count, source=farm.placements["A/P1"])
    return movements.record_movements([row])[0]


def test_mortality_above_the_band_that_holds_without_history(farm, look):
    id = lose_fish(farm, 70)

    [finding] = look("mortality")
    assert finding.figure == pytest.approx(1.17, abs=0.01)
    assert (finding.threshold, finding.container, finding.cases, finding.watched) == (1.0, "P1", 1, 4)
    assert finding.trend[-4:] == pytest.approx([0, finding.figure, finding.figure, finding.figure], abs=0.01)

    movements.withdraw_movements([id], reason="of another pen")
    lose_fish(farm, 55)
    assert look("mortality") == []
    assert is_ended("mortality")


def test_a_weekly_mortality_of_1_8_percent_is_raised_where_it_was_usual(farm, look):
    for band in range(44):
        MortalityBand.objects.create(company_id=farm.company, band=band, upper_pct=2.4)
    lose_fish(farm, 108)

    [finding] = look("mortality")
    assert finding.figure == pytest.approx(1.8, abs=0.02)
    assert finding.threshold == 1.5


def test_appetite_lost_within_ten_days_of_the_alarm(farm, look):
    states = DailyState.objects.filter(placement=farm.placements["A/P1"])
    states.filter(date=on(LAST - 10)).update(provenance=int(Provenance.FEED_SHORT))

    [finding] = look("appetite")
    assert (finding.figure, finding.container) == (10.0, "P1")

    states.update(provenance=0)
    states.filter(date=on(LAST - 11)).update(provenance=int(Provenance.FEED_SHORT))
    assert look("appetite") == []
    assert is_ended("appetite")


def plan_stages(farm, stop):
    stage = Stage.objects.get(order=5), Stage.objects.get(order=6)
    for row, start, end in ((stage[0], 0, 20), (stage[1], 20, stop)):
        PlannedStage.objects.create(
            company_id=farm.company, batch_id=farm.batches["A"], stage=row, start=on(start), stop=on(end)
        )


def test_a_batch_off_its_plan(farm, look, set_rule):
    assert look("drift") == []
    plan_stages(farm, 200)
    set_rule("drift", threshold=0.01)

    [finding] = look("drift")
    assert (finding.batch, abs(finding.figure) > 0.01) == ("A", True)

    set_rule("drift", threshold=abs(finding.figure) + 0.1)
    assert look("drift") == []
    assert is_ended("drift")


def test_a_batch_after_its_planned_harvest_does_not_drift(farm, look, set_rule):
    plan_stages(farm, LAST)
    set_rule("drift", threshold=0.01)

    assert look("drift") == []


def read_density(farm):
    state = DailyState.objects.get(placement=farm.placements["A/P1"], date=on(LAST))
    return state.hindsight_biomass_kg / 1000


def test_a_pen_at_its_density_limit(farm, look, set_rule):
    set_rule("density", horizon_days=0)
    pen = Container.objects.filter(pk=farm.containers["P1"])
    pen.update(max_density_kg_m3=read_density(farm) * 0.9999)

    [finding] = look("density")
    assert (finding.container, finding.watched, finding.expected_on) == ("P1", 1, None)

    pen.update(max_density_kg_m3=read_density(farm) * 1.0001)
    assert look("density") == []
    assert is_ended("density")


def test_a_pen_that_grows_to_its_density_limit(farm, look):
    Container.objects.filter(pk=farm.containers["P1"]).update(max_density_kg_m3=read_density(farm) * 1.05)

    [finding] = look("density")
    assert finding.score == pytest.approx(1 / 1.05)
    assert on(LAST) < finding.expected_on <= on(LAST + 30)


def test_a_site_at_its_biomass_limit(farm, look, set_rule):
    set_rule("site biomass", horizon_days=0)
    total = sum(
        DailyState.objects.filter(placement__container__area__isnull=False, date=on(LAST)).values_list(
            "hindsight_biomass_kg", flat=True
        )
    )
    site = Area.objects.filter(company=farm.company)
    site.update(max_biomass_kg=total * 0.9999)

    [finding] = look("site biomass")
    assert (finding.figure, finding.unit) == (pytest.approx(total / 1000), "t")

    site.update(max_biomass_kg=total * 1.0001)
    assert look("site biomass") == []
    assert is_ended("site biomass")


def test_the_company_at_the_biomass_limit_that_it_sets(farm, look, set_rule):
    assert look("company biomass") == []
    set_rule("company biomass", threshold=1.0, horizon_days=0)

    [finding] = look("company biomass")
    assert (finding.subject, finding.site, finding.geography) == ("company", None, None)

    set_rule("company biomass", threshold=finding.figure + 0.01, horizon_days=0)
    assert look("company biomass") == []
    assert is_ended("company biomass")


def test_low_oxygen_on_the_last_day(farm, look):
    day = DailyEnvironment.objects.filter(container=farm.containers["P3"], date=on(LAST))
    day.update(oxygen_min=59.9)

    [finding] = look("oxygen")
    assert (finding.container, finding.severe) == ("P3", False)
    assert finding.figure == pytest.approx(59.9)

    day.update(oxygen_min=60.0)
    assert look("oxygen") == []
    assert is_ended("oxygen")


def test_feed_for_fewer_days_than_the_threshold(farm, look, set_rule):
    """The barge holds 1,700 kg."""
    assert look("feed") == []
    for day in range(38, 45):
        meals.record_meals(
            [
                meals.NewMeal(
                    placement=farm.placements["A/P1"],
                    at=NOW + timedelta(days=day - 45, hours=-3),
                    grams=100_000,
                    feed=farm.feed,
                )
            ]
        )
    set_rule("feed", threshold=10.01)

    [finding] = look("feed")
    assert finding.figure == pytest.approx(10.0)

    set_rule("feed", threshold=10.0)
    assert look("feed") == []
    assert is_ended("feed")


def test_a_weight_sample_that_is_overdue(farm, look, set_rule):
    """P2 was last weighed on day 26."""
    set_rule("weight sample", threshold=18)

    [finding] = look("weight sample")
    assert (finding.container, finding.figure, finding.cases, finding.watched) == ("P2", 18.0, 1, 4)

    set_rule("weight sample", threshold=19)
    assert look("weight sample") == []
    assert is_ended("weight sample")


def test_a_lice_count_that_is_overdue(farm, look, set_rule):
    set_rule("lice count", threshold=5)
    id = count_lice(farm, 1, 39)

    [finding] = look("lice count")
    assert (finding.site, finding.figure) == ("Loch A", 5.0)

    count_lice(farm, 1, 40)
    assert look("lice count") == []
    assert is_ended("lice count")
    # In cold water twice as many days are allowed.
    DailyEnvironment.objects.filter(company=farm.company).update(temperature_mean=3.9)
    set_rule("lice count", threshold=2.1)
    assert (look("lice count"), id > 0) == ([], True)


def test_a_site_where_nobody_counted_the_dead(farm, look, set_rule):
    """The last dead fish were counted in C/P4 on day 36."""
    set_rule("death round", threshold=8)

    [finding] = look("death round")
    assert finding.figure == 8.0

    lose_fish(farm, 1, day=37)
    assert look("death round") == []
    assert is_ended("death round")


def test_a_sensor_that_is_silent(farm, look):
    Sensor.objects.create(
        company_id=farm.company, container_id=farm.containers["P1"], parameter="temperature", installed=on(0)
    )
    assert look("sensor") == []
    silent = DailyEnvironment.objects.filter(container=farm.containers["P1"], date__gt=on(LAST - 3))
    silent.update(temperature_n=0)

    [finding] = look("sensor")
    assert (finding.container, finding.reference, finding.figure) == ("P1", "temperature", 3.0)

    silent.update(temperature_n=1)
    assert look("sensor") == []
    assert is_ended("sensor")


def test_a_withdrawal_period_after_the_planned_harvest(farm, look):
    plan_stages(farm, 60)
    treatment = NewTreatment(
        placement=farm.placements["A/P1"],
        kind="medication",
        method="bath",
        start=on(40),
        stop=on(40),
        withdrawal_days=21,
    )
    record_treatments([treatment])

    [finding] = look("withdrawal")
    assert (finding.batch, finding.figure) == ("A", 1.0)

    PlannedStage.objects.filter(stage__order=6).update(stop=on(61))
    assert look("withdrawal") == []
    assert is_ended("withdrawal")


def test_weight_records_to_review(farm, look):
    record = FlaggedRecord.objects.create(
        company_id=farm.company, placement_id=farm.placements["A/P1"], date=on(40), record="sample", record_id=1,
        measured_g=400, expected_g=160, sigmas=9, verdict="open",
    )  # fmt: skip

    [finding] = look("flagged record")
    assert (finding.container, finding.figure, finding.cases) == ("P1", 1.0, 1)

    record.verdict = "bad record"
    record.save()
    assert look("flagged record") == []
    assert is_ended("flagged record")


def test_a_ticket_that_waits_longer_than_promised(farm, look):
    Person.objects.create(company_id=farm.company, user_id=farm.user, name="Editor")
    number = tickets.open_ticket(tickets.NewTicket(title="Net torn", container=farm.containers["P1"]))
    ticket = Ticket.objects.filter(number=number)
    ticket.update(answer_due=None, resolve_due=NOW - timedelta(hours=6))

    [finding] = look("late ticket")
    assert (finding.reference, finding.container) == (f"#{number}", "P1")
    assert finding.figure == pytest.approx(0.25)

    ticket.update(resolve_due=NOW)
    assert look("late ticket") == []
    assert is_ended("late ticket")


def test_a_planned_move_that_is_due(farm, look):
    order = TransferOrder.objects.create(
        company_id=farm.company, batch_id=farm.batches["A"], number="TRF-A-D047", planned_date=on(LAST + 3),
        status="planned",
    )  # fmt: skip
    TransferLine.objects.create(
        company_id=farm.company, order=order, source_id=farm.placements["A/P1"], container_id=farm.containers["P2"],
        stage=Stage.objects.get(order=6), count=100,
    )  # fmt: skip

    [finding] = look("planned move")
    assert (finding.reference, finding.figure, finding.severe) == ("TRF-A-D047", 3.0, False)

    TransferOrder.objects.update(planned_date=on(LAST + 4))
    assert look("planned move") == []
    assert is_ended("planned move")
    TransferOrder.objects.update(planned_date=on(LAST - 1))
    [late] = look("planned move")
    assert (late.figure, late.severe) == (-1.0, True)


def test_a_rule_that_is_not_active_raises_nothing(farm, look, set_rule):
    lose_fish(farm, 70)
    set_rule("mortality", active=False)

    assert look("mortality") == []
    assert Movement.objects.filter(count=70).exists()
