"""What people enter about health: lice counts, treatments, health samples, and their corrections."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.input_schemas import (
    CreatedIds,
    Id,
    Text,
    build_correction_schema,
    build_input_schema,
    from_request,
    get_correction_reason,
)
from grilse.api.routers import HEALTH as router
from grilse.health.actions import lice, samples, treatments

LiceCount = build_input_schema(lice.NewLiceCount)
LiceCountCorrection = build_correction_schema(lice.NewLiceCount)
Treatment = build_input_schema(treatments.NewTreatment)
TreatmentCorrection = build_correction_schema(treatments.NewTreatment)
HealthSample = build_input_schema(samples.NewHealthSample)
HealthSampleCorrection = build_correction_schema(samples.NewHealthSample)


class LiceCounts(Schema):
    """Lice counts, as totals over the fish counted; several at once are entered all or none."""

    counts: list[LiceCount]  # type: ignore[valid-type]


class Treatments(Schema):
    """Treatments; several at once are entered all or none."""

    treatments: list[Treatment]  # type: ignore[valid-type]


class HealthSamples(Schema):
    """Health samples; several at once are entered all or none."""

    samples: list[HealthSample]  # type: ignore[valid-type]


@router.post("/lice-counts", permission="health.count", response={201: CreatedIds})
def record_lice(request: HttpRequest, new: LiceCounts) -> Status[dict[str, Any]]:
    """Enter lice counts of a pen or of many."""
    return Status(
        201, {"ids": lice.record_lice_counts([from_request(lice.NewLiceCount, count) for count in new.counts])}
    )


@router.put("/lice-counts/{key}", permission="health.correct", response=CreatedIds)
def correct_lice(request: HttpRequest, key: Id, new: LiceCountCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a lice count as it should have been."""
    lice.correct_lice_count(key, from_request(lice.NewLiceCount, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/lice-counts/{key}", permission="health.correct", response=CreatedIds)
def withdraw_lice(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a lice count away that was never made."""
    lice.withdraw_lice_count(key, reason=reason)
    return {"ids": [key]}


@router.post("/treatments", permission="health.treat", response={201: CreatedIds})
def record_treatments(request: HttpRequest, new: Treatments) -> Status[dict[str, Any]]:
    """Enter treatments."""
    rows = [from_request(treatments.NewTreatment, treatment) for treatment in new.treatments]
    return Status(201, {"ids": treatments.record_treatments(rows)})


@router.put("/treatments/{key}", permission="health.correct", response=CreatedIds)
def correct_treatment(request: HttpRequest, key: Id, new: TreatmentCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a treatment as it should have been."""
    treatments.correct_treatment(key, from_request(treatments.NewTreatment, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/treatments/{key}", permission="health.correct", response=CreatedIds)
def withdraw_treatment(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a treatment away that was never given."""
    treatments.withdraw_treatment(key, reason=reason)
    return {"ids": [key]}


@router.post("/health-samples", permission="health.sample", response={201: CreatedIds})
def record_health_samples(request: HttpRequest, new: HealthSamples) -> Status[dict[str, Any]]:
    """Enter health samples with the scores of their fish."""
    return Status(
        201,
        {
            "ids": samples.record_health_samples(
                [from_request(samples.NewHealthSample, sample) for sample in new.samples]
            )
        },
    )


@router.put("/health-samples/{key}", permission="health.correct", response=CreatedIds)
def correct_health_sample(request: HttpRequest, key: Id, new: HealthSampleCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a health sample, with all its scores, as it should have been."""
    samples.correct_health_sample(key, from_request(samples.NewHealthSample, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/health-samples/{key}", permission="health.correct", response=CreatedIds)
def withdraw_health_sample(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a health sample away that was never taken."""
    samples.withdraw_health_sample(key, reason=reason)
    return {"ids": [key]}
