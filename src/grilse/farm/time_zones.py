"""SQL of the days of a container: they are those of the time zone of its geography."""

ZONE_JOINS = """
  LEFT JOIN farm_hall zh ON zh.id = {0}.hall_id LEFT JOIN farm_station zs ON zs.id = zh.station_id
  LEFT JOIN farm_area za ON za.id = {0}.area_id
  JOIN farm_geography z ON z.id = coalesce(zs.geography_id, za.geography_id)
"""
# Where clocks are set back at midnight, a day may begin up to this much earlier or later than PostgreSQL says.
MIDNIGHT_SLACK = "interval '3 hours'"


def build_zone_joins(alias: str) -> str:
    """Return the joins from a container or feed store to its geography, `z`."""
    return ZONE_JOINS.format(alias)


def build_day_sql(at: str, zone: str = "z.time_zone") -> str:
    """Return the SQL of the day on which a time is in a time zone."""
    return f"({at} AT TIME ZONE {zone})::date"


def build_since_sql(at: str, day: str, zone: str = "z.time_zone") -> str:
    """Return the SQL condition, served by an index, of times on a day or later."""
    start = f"({day})::timestamp AT TIME ZONE {zone} - {MIDNIGHT_SLACK}"
    return f"({at} >= {start} AND {build_day_sql(at, zone)} >= {day})"


def build_before_sql(at: str, day: str, zone: str = "z.time_zone") -> str:
    """Return the SQL condition, served by an index, of times before a day."""
    end = f"({day})::timestamp AT TIME ZONE {zone} + {MIDNIGHT_SLACK}"
    return f"({at} < {end} AND {build_day_sql(at, zone)} < {day})"
