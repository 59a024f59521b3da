"""A year of hourly readings of a site, as columns and as the files that programs send."""

import io
import json
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PENS, HOURS = 20, 365 * 24
# What a pen at sea measures: around what, how widely, to how many decimals.
SENSORS = {"temperature_c": (9, 1.0, 2), "oxygen_pct": (90, 3, 1), "salinity_ppt": (32, 0.3, 1), "ph": (8, 0.05, 2)}

Columns = dict[str, NDArray[Any]]


def year(pens: list[str], last: date) -> Columns:
    """Columns of a year, hour by hour; half a minute off the hour, where the history has no reading."""
    random = np.random.default_rng(4)
    rows = PENS * HOURS
    first = np.datetime64(last, "s") - np.timedelta64(365, "D") + np.timedelta64(30, "s")
    drawn = {name: random.normal(mean, sd, rows).round(decimals) for name, (mean, sd, decimals) in SENSORS.items()}
    at = np.repeat(first + np.arange(HOURS) * np.timedelta64(1, "h"), PENS)
    return {"container": np.tile(np.array(pens), HOURS), "at": at, **drawn}


def formats(columns: Columns) -> dict[str, tuple[str, bytes]]:
    """Return the rows in each format: its media type, and the file."""
    names = list(columns)
    at = np.char.add(columns["at"].astype(str), "Z").tolist()
    rows = list(zip(columns["container"].tolist(), at, *(columns[name].tolist() for name in SENSORS), strict=True))
    lines = "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    narrow = (
        f"{pen},{when},{name},{value}"
        for pen, when, *values in rows
        for name, value in zip(SENSORS, values, strict=True)
    )
    separated = "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)])
    return {
        "JSON lines": ("application/x-ndjson", lines.encode()),
        "CSV": ("text/csv", separated.encode()),
        "CSV, a line a parameter": ("text/csv", "\n".join(["container,at,parameter,value", *narrow]).encode()),
        "Arrow stream": ("application/vnd.apache.arrow.stream", _arrow(columns, pa.ipc.new_stream, None)),
        "Arrow file, zstd": ("application/vnd.apache.arrow.file", _arrow(columns, pa.ipc.new_file, "zstd")),
    }


def _arrow(columns: Columns, writer: Any, compression: str | None) -> bytes:
    at = pa.array(columns["at"].astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))
    measured = {name: pa.array(columns[name], pa.float32()) for name in SENSORS}
    table = pa.table({"container": pa.array(columns["container"]).dictionary_encode(), "at": at, **measured})
    sink = io.BytesIO()
    with writer(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as to:
        to.write_table(table)
    return sink.getvalue()
