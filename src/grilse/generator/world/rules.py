"""Reads the planning rules of a world: stages, stocking and staff."""

from dataclasses import dataclass

from grilse.generator.world.yaml_reader import RowError, YamlRow, read_number_list
from grilse.science.time_zones import list_time_zones

STAGES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class StageRule:
    """The planning rule of a stage."""

    order: int
    name: str
    days: int  # the longest stay; its place is reserved for all of it
    usual_days: int  # the usual stay, from which the utilisation is computed
    early_days: int  # how many days earlier fast-growing fish may arrive
    end_weight_g: float


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffRule:
    """How many operators work at each site, and the time zone of the company."""

    operators_least: int = 3
    operators_most: int = 6
    # The same clock as Europe/London all year, so one zone serves both geographies.
    time_zone: str = "Atlantic/Faroe"


@dataclass(frozen=True, kw_only=True, slots=True)
class StockingRule:
    """The planning figures of a batch."""

    eggs_least: int
    eggs_most: int
    survival_to_sea: float
    survival_at_sea: float
    planned_pen_fish: int
    planned_pen_density_kg_m3: float
    max_pen_fish: int


def read_stages(row: YamlRow) -> tuple[StageRule, ...]:
    """Return the rules of all stages."""
    nodes = row.read_items("stages")
    if len(nodes) != STAGES:
        raise RowError(row.find_line("stages"), f"the world has {len(nodes)} stages; it must have {STAGES}")
    return tuple(_read_stage(YamlRow(node, f"stage {order}"), order) for order, node in enumerate(nodes, start=1))


def _read_stage(row: YamlRow, order: int) -> StageRule:
    row.refuse_unknown_keys("name", "days", "usual_days", "early_days", "end_weight_g")
    days = row.read_integer("days", 20, 1000)
    return StageRule(
        order=order,
        name=row.read_string("name"),
        days=days,
        usual_days=row.read_integer("usual_days", 20, days),
        # The eggs' move to the fry hall is never early: it follows the first feeding.
        early_days=row.read_integer("early_days", 0, 0 if order <= 2 else 19),
        end_weight_g=row.read_number("end_weight_g", 0.01, 20_000),
    )


def read_stocking(row: YamlRow) -> StockingRule:
    """Return the planning rule of batches."""
    row.refuse_unknown_keys(
        *("eggs", "survival_to_sea", "survival_at_sea"),
        *("planned_pen_fish", "planned_pen_density_kg_m3", "max_pen_fish"),
    )
    least, most = read_number_list(row.get_node("eggs"), "'eggs' of 'stocking'", 2)
    if not 1_000 <= least <= most <= 100_000_000:
        raise RowError(row.find_line("eggs"), "'eggs' of 'stocking' must be [least, most] from 1,000 up")
    max_pen_fish = row.read_integer("max_pen_fish", 1, 10_000_000)
    return StockingRule(
        eggs_least=int(least),
        eggs_most=int(most),
        survival_to_sea=row.read_number("survival_to_sea", 0.01, 1),
        survival_at_sea=row.read_number("survival_at_sea", 0.01, 1),
        planned_pen_fish=row.read_integer("planned_pen_fish", 1, max_pen_fish),
        planned_pen_density_kg_m3=row.read_number("planned_pen_density_kg_m3", 0.1, 100),
        max_pen_fish=max_pen_fish,
    )


def read_staff(row: YamlRow) -> StaffRule:
    """Return the rule of the staff, or the default if the world has none."""
    if not row.has_value("staff"):
        return StaffRule()
    staff, default = row.read_mapping("staff"), StaffRule()
    staff.refuse_unknown_keys("operators", "time_zone")
    least, most = default.operators_least, default.operators_most
    if staff.has_value("operators"):
        operator_range = staff.read_numbers("operators", 2)
        least, most = (int(number) for number in operator_range)
        if not 0 <= least <= most <= 100 or [least, most] != operator_range:
            raise RowError(
                staff.find_line("operators"),
                "'operators' of 'staff' must be [least, most], whole numbers from 0 to 100",
            )
    zone = staff.read_string("time_zone") if staff.has_value("time_zone") else default.time_zone
    if zone not in list_time_zones():
        raise RowError(staff.find_line("time_zone"), f"unknown time zone {zone!r}; one looks like {default.time_zone}")
    return StaffRule(operators_least=least, operators_most=most, time_zone=zone)
