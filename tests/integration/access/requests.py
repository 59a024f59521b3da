"""One good request for every route of the API, aimed at what stands in one geography."""

import json
from typing import Any

from tests.edited_farm import at
from tests.integration.access.companies import DAY, JPEG, CompanyRows, format_later_day
from tests.official_files import format_biomass_file

REASON = "entered wrongly"
PLAN = {
    "version": 1,
    "world": {"name": "another", "sha256": "0"},
    "until": str(DAY),
    "batches": [{"number": "P-1", "geography": "Scotland", "start": str(DAY), "eggs": 100_000, "stages": []}],
}


def build_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function; lists need none."""
    i, n = here.ids, here.numbers
    loss = {"date": str(DAY), "losses": [{"placement": i["placement"], "count": 2}]}
    sample = {"placement": i["placement"], "date": str(DAY), "fish_weighed": 20, "mean_weight_g": 180.0}
    harvest = {"placement": i["placement"], "date": str(DAY), "count": 5}
    counted = {"placement": i["placement"], "date": str(DAY), "count": 2_000}
    lice = {"placement": i["placement"], "date": str(DAY), "fish_counted": 20, "adult_female": 1}
    treated = {
        "placement": i["placement"], "kind": "delousing", "method": "laser",
        "start": str(DAY), "stop": str(DAY),
    }  # fmt: skip
    health = {"placement": i["placement"], "date": str(DAY), "fish": 5, "scores": {"gill": [5, 0, 0, 0]}}
    lot = {
        "store": i["store"], "feed": i["feed"], "number": "NEW-1", "delivered": str(DAY), "grams": 100_000,
        "price_per_kg": 1400,
    }  # fmt: skip
    meal = {"placement": i["placement"], "at": at(40).isoformat(), "grams": 1000, "feed": i["feed"]}
    adjustment = {
        "store": i["store"], "feed": i["feed"], "at": at(38).isoformat(), "kind": "SPILLED", "grams": 1000,
        "reason": "a torn bag",
    }  # fmt: skip
    death = {"date": str(DAY), "kind": "MORTALITY", "count": 1, "source": i["placement"]}
    places = {
        "geography": ("geographies", {"name": "Elsewhere"}),
        "area": ("areas", {"name": "New area", "geography": i["geography"]}),
        "station": ("stations", {"name": "New station", "geography": i["geography"]}),
        "hall": ("halls", {"name": "New hall", "station": i["station"]}),
        "container": ("containers", {"name": "New pen", "kind": "pen", "volume_m3": 10, "area": i["area"]}),
        "feed_store": ("feed-stores", {"name": "New store", "capacity_kg": 100_000, "area": i["area"]}),
        "sensor": ("sensors", {"container": i["beside_container"], "parameter": "oxygen", "installed": str(DAY)}),
    }
    requests: dict[str, tuple[str, Any]] = {}
    for name, (address, body) in places.items():
        requests[f"add_{name}"] = (f"/{address}", body)
        requests[f"change_{name}"] = (f"/{address}/{i[name]}?reason={REASON}", body)
        requests[f"remove_{name}"] = (f"/{address}/{i[name]}?reason={REASON}", None)
    return requests | {
        "read_growth": (f"/batches/{n['batch']}/growth", None),
        "read_growth_as_known": (f"/batches/{n['batch']}/growth/as-known", None),
        "read_projections": (f"/batches/{n['batch']}/projections", None),
        "plan_batch": (f"/batches/{n['mistake']}/plan", None),
        "project_batch": (f"/batches/{n['batch']}/projections", {}),
        "start_batch": (
            "/batches",
            {
                "number": "NEW",
                "species": 1,
                "start": str(DAY),
                "stocked": [{"container": i["free_container"], "stage": 6, "count": 10}],
            },
        ),
        "withdraw_batch": (f"/batches/{i['mistake']}?reason={REASON}", None),
        "record_fish_counts": ("/fish-counts", {"counts": [counted]}),
        "correct_fish_count": (f"/fish-counts/{i['fish_count']}", counted | {"because": REASON}),
        "withdraw_fish_count": (f"/fish-counts/{i['fish_count']}?reason={REASON}", None),
        "add_photo": (f"/photos?kind=losses&date={DAY}&container={i['container']}", JPEG),
        "show_photo": (f"/photos/{i['photo']}", None),
        "remove_photo": (f"/photos/{i['photo']}?reason={REASON}", None),
        "record_losses": ("/losses", loss),
        "record_movements": ("/movements", {"movements": [death], "reason": REASON}),
        "correct_movement": (f"/movements/{i['movement']}", death | {"because": REASON}),
        "withdraw_movement": (f"/movements/{i['movement']}?reason={REASON}", None),
        "record_weight_samples": ("/weight-samples", {"samples": [sample]}),
        "correct_weight_sample": (f"/weight-samples/{i['sample']}", sample | {"because": REASON}),
        "withdraw_weight_sample": (f"/weight-samples/{i['sample']}?reason={REASON}", None),
        "exclude_sample": (f"/weight-samples/{i['sample']}/set-aside", {"reason": REASON}),
        "include_sample": (f"/weight-samples/{i['sample']}/set-aside", None),
        "record_harvests": ("/harvests", {"harvests": [harvest]}),
        "correct_harvest": (f"/harvests/{i['harvest']}", harvest | {"because": REASON}),
        "withdraw_harvest": (f"/harvests/{i['harvest']}?reason={REASON}", None),
        "plan_transfer": (
            "/transfer-orders",
            {
                "batch": i["batch"],
                "date": format_later_day(1),
                "lines": [{"source": i["placement"], "container": i["beside_container"], "count": 5}],
            },
        ),
        "execute_transfer": (
            f"/transfer-orders/{i['order']}/moves",
            {"moves": [{"line": i["line"], "date": format_later_day(1), "count": 5}]},
        ),
        "cancel_transfer": (f"/transfer-orders/{i['order']}/cancel", {"reason": REASON}),
        "record_deliveries": ("/feed-lots", {"deliveries": [lot]}),
        "correct_delivery": (
            f"/feed-lots/{i['lot']}",
            lot | {"delivered": str(at(20).date()), "grams": 950_000, "because": REASON},
        ),
        "withdraw_delivery": (f"/feed-lots/{i['lot']}?reason={REASON}", None),
        "record_store_adjustments": ("/store-adjustments", {"adjustments": [adjustment]}),
        "correct_store_adjustment": (f"/store-adjustments/{i['adjustment']}", adjustment | {"because": REASON}),
        "withdraw_store_adjustment": (f"/store-adjustments/{i['adjustment']}?reason={REASON}", None),
        "record_meals": ("/meals", {"meals": [meal]}),
        "correct_meal": (f"/meals/{i['meal']}", meal | {"because": REASON}),
        "withdraw_meal": (f"/meals/{i['meal']}?reason={REASON}", None),
        "record_lice_counts": ("/lice-counts", {"counts": [lice]}),
        "correct_lice_count": (f"/lice-counts/{i['count']}", lice | {"because": REASON}),
        "withdraw_lice_count": (f"/lice-counts/{i['count']}?reason={REASON}", None),
        "record_treatments": ("/treatments", {"treatments": [treated]}),
        "correct_treatment": (f"/treatments/{i['treatment']}", treated | {"because": REASON}),
        "withdraw_treatment": (f"/treatments/{i['treatment']}?reason={REASON}", None),
        "record_health_samples": ("/health-samples", {"samples": [health]}),
        "correct_health_sample": (f"/health-samples/{i['health_sample']}", health | {"because": REASON}),
        "withdraw_health_sample": (f"/health-samples/{i['health_sample']}?reason={REASON}", None),
        "ingest_readings": (
            "/readings",
            json.dumps({"container": n["container"], "at": at(41).isoformat(), "temperature_c": 9.5}).encode(),
        ),
        "withdraw_readings": (
            "/readings/withdrawals",
            {"container": i["container"], "at": [at(40).isoformat()], "reason": REASON},
        ),
        "read_water_series": (f"/series/daily-environment?container={n['container']}", None),
        "read_loss_series": (f"/series/losses?batch={n['batch']}", None),
        "read_feed_series": (f"/series/feed?batch={n['batch']}", None),
        "read_stocked_sites": ("/stocked-sites", None),
        "read_site_sheet": (f"/stocked-sites/area/{i['area']}/sheet?day={DAY}", None),
        "read_current_user": ("/me", None),
        "list_permissions": ("/permissions", None),
        "list_changes": ("/audit?of=health.licecount", None),
        "list_audited_tables": ("/audit/tables", None),
        "list_members": ("/members", None),
        "add_member": ("/members", {"name": "new.hand", "role": "viewer", "geography": here.geography}),
        "remove_member": (f"/members/{i['member']}?reason={REASON}", None),
        "issue_key": ("/keys", {"name": "logger", "scopes": ["farm.read"], "expires_at": "2099-01-01T00:00:00Z"}),
        "revoke_key": ("/keys/1", None),
        "submit_job": ("/jobs", {"kind": "project", "wish": {"batches": [n["batch"]]}}),
        "read_job": (f"/jobs/{i['job']}", None),
        "cancel_job": (f"/jobs/{i['waiting']}/cancel", None),
        "download_package": (f"/jobs/{i['job']}/package", None),
        "plan_history": ("/plans", {"batches": 2}),
        "check_plan_file": ("/plans/check", PLAN),
        "report_projections": (f"/reports/projections?batch={n['batch']}", None),
        "report_projection": (f"/reports/projections/{i['run']}", None),
        "report_growth_models": ("/reports/growth-models", None),
        "report_of_job": ("/reports/project", None),
        "upload_official_file": (
            "/official-files?name=biomass.csv",
            format_biomass_file("2024;1;JANUAR;3;A;LAKS;2023;1000;5000").encode(),
        ),
        "set_official_site": (
            f"/official-sites/{i['area']}",
            {"locality": 20_000 + i["area"], "production_area": 3, "reason": REASON},
        ),
        "forget_site": (f"/official-sites/{i['area']}?reason={REASON}", None),
        "compare_lice": (f"/official-lice/beside?area={i['area']}", None),
        "compare_biomass": ("/official-biomass/beside?production_area=3", None),
        "list_keys": ("/keys", None),
    }
