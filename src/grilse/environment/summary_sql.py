"""The day's mean, lowest, highest and number of the readings of a container."""

# The values of a reading are of single precision and their sum is of double: exact, whatever their order.
SUMMARY = """
SELECT company_id, container_id, (at AT TIME ZONE 'UTC')::date AS date,
       avg(temperature_c)::real AS temperature_mean, min(temperature_c) AS temperature_min,
       max(temperature_c) AS temperature_max, count(temperature_c)::smallint AS temperature_n,
       avg(oxygen_pct)::real AS oxygen_mean, min(oxygen_pct) AS oxygen_min,
       max(oxygen_pct) AS oxygen_max, count(oxygen_pct)::smallint AS oxygen_n
  FROM environment_reading
"""
COLUMNS = (
    "temperature_mean",
    "temperature_min",
    "temperature_max",
    "temperature_n",
    "oxygen_mean",
    "oxygen_min",
    "oxygen_max",
    "oxygen_n",
)
LISTED = f"company_id, container_id, date, {', '.join(COLUMNS)}"
