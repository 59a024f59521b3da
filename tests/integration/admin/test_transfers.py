"""Batches are started in the office, and transfers planned and carried out."""

from tests.edited_farm import on
from tests.integration.admin.test_actions import build_address, read_form_errors

BATCH, ORDER, LINE = "stock_batch", "stock_transferorder", "stock_transferline"


def build_batch_form(farm, owner, **changed):
    """Return the form of a batch, and add two pens to stock it into."""
    [area, species] = owner.execute(
        "SELECT a.id, s.id FROM farm_area a, stock_species s WHERE a.company_id = %s", [farm.company]
    ).fetchone()
    insert = (
        "INSERT INTO farm_container (company_id, name, kind, volume_m3, area_id)"
        " VALUES (%s, %s, 'pen', 1000, %s) RETURNING id"
    )
    first, second = (
        owner.execute(insert, [farm.company, f"{changed.get('number', 'N')}{pen}", area]).fetchone()[0]
        for pen in (1, 2)
    )
    owner.commit()
    return {
        "number": "N",
        "species": species,
        "start_date": on(30),
        "container_1": first,
        "stage_1": 6,
        "count_1": 500,
        "mean_weight_g_1": 90,
        "container_2": second,
        "stage_2": 6,
        "count_2": 400,
        **changed,
    }


def test_a_batch_is_started_in_several_containers(office, farm, owner):
    assert office.post(build_address(BATCH, "add"), build_batch_form(farm, owner)).status_code == 302
    stocked = owner.execute(
        "SELECT p.name, m.count, m.mean_weight_g FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.target_id JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N' ORDER BY p.name"
    ).fetchall()
    assert stocked == [("N/6/N1", 500, 90), ("N/6/N2", 400, None)]


def test_an_incomplete_row_is_refused(office, farm, owner):
    form = build_batch_form(farm, owner, number="M", count_2="", stage_2="")
    assert read_form_errors(office.post(build_address(BATCH, "add"), form)) == ["This field is required."] * 2


def test_a_transfer_is_planned_executed_and_shown(office, login, farm, owner):
    form = build_batch_form(farm, owner, number="Z")
    plan = {
        "batch": farm.batches["A"],
        "planned_date": on(40),
        "source_1": farm.placements["A/P1"],
        "container_1": form["container_1"],
        "count_1": 5_000,
        "source_2": farm.placements["A/P2"],
        "container_2": form["container_2"],
        "count_2": 100,
    }
    planned = office.post(build_address(ORDER, "add"), plan)
    order = int(planned["Location"].split("/")[-3])
    lines = [
        row
        for (row,) in owner.execute(
            "SELECT id FROM stock_transferline WHERE order_id = %s ORDER BY id", [order]
        ).fetchall()
    ]
    assert build_address(LINE, "change", lines[0]) in office.get(planned["Location"]).content.decode()
    page = login("viewer").get(planned["Location"]).content.decode()
    assert build_address(LINE, "change", lines[0]) not in page

    moved = office.post(
        build_address(LINE, "change", lines[0]), {"date": on(41), "count": 5_900, "last": "on"}, follow=True
    )
    assert moved.redirect_chain == [(planned["Location"], 302)]
    assert "taken out as a count correction" in moved.content.decode()
    again = office.post(build_address(LINE, "change", lines[0]), {"date": on(41), "count": 9})
    assert "is done already" in read_form_errors(again)[0]
    assert office.post(build_address(LINE, "delete", lines[1]), {"why": "stays"}).status_code == 302
    ended = owner.execute("SELECT status FROM stock_transferorder WHERE id = %s", [order]).fetchone()
    assert ended == ("completed",)
