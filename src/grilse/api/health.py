"""What people enter about health: lice counts, treatments, health samples, and their corrections."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.entries import Id, Made, Text, correction, entry, taken, why
from grilse.api.rooms import HEALTH as router
from grilse.health.actions import lice, samples, treatments

LiceCount = entry(lice.NewLiceCount)
LiceCountCorrection = correction(lice.NewLiceCount)
Treatment = entry(treatments.NewTreatment)
TreatmentCorrection = correction(treatments.NewTreatment)
HealthSample = entry(samples.NewHealthSample)
HealthSampleCorrection = correction(samples.NewHealthSample)


class LiceCounts(Schema):
    """Lice counts, as totals over the fish counted; several at once are entered all or none."""

    counts: list[LiceCount]  # type: ignore[valid-type]


class Treatments(Schema):
    """Treatments; several at once are entered all or none."""

    treatments: list[Treatment]  # type: ignore[valid-type]


class HealthSamples(Schema):
    """Health samples; several at once are entered all or none."""

    samples: list[HealthSample]  # type: ignore[valid-type]


@router.post("/lice-counts", may="health.count", response={201: Made})
def record_lice(request: HttpRequest, new: LiceCounts) -> Status[dict[str, Any]]:
    """Enter lice counts of a pen or of many."""
    return Status(201, {"ids": lice.record([taken(lice.NewLiceCount, one) for one in new.counts])})


@router.put("/lice-counts/{key}", may="health.correct", response=Made)
def correct_lice(request: HttpRequest, key: Id, new: LiceCountCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a lice count as it should have been."""
    lice.correct(key, taken(lice.NewLiceCount, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/lice-counts/{key}", may="health.correct", response=Made)
def withdraw_lice(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a lice count away that was never made."""
    lice.withdraw(key, reason=reason)
    return {"ids": [key]}


@router.post("/treatments", may="health.treat", response={201: Made})
def record_treatments(request: HttpRequest, new: Treatments) -> Status[dict[str, Any]]:
    """Enter treatments."""
    rows = [taken(treatments.NewTreatment, one) for one in new.treatments]
    return Status(201, {"ids": treatments.record(rows)})


@router.put("/treatments/{key}", may="health.correct", response=Made)
def correct_treatment(request: HttpRequest, key: Id, new: TreatmentCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a treatment as it should have been."""
    treatments.correct(key, taken(treatments.NewTreatment, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/treatments/{key}", may="health.correct", response=Made)
def withdraw_treatment(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a treatment away that was never given."""
    treatments.withdraw(key, reason=reason)
    return {"ids": [key]}


@router.post("/health-samples", may="health.sample", response={201: Made})
def record_health_samples(request: HttpRequest, new: HealthSamples) -> Status[dict[str, Any]]:
    """Enter health samples with the scores of their fish."""
    return Status(201, {"ids": samples.record([taken(samples.NewHealthSample, one) for one in new.samples])})


@router.put("/health-samples/{key}", may="health.correct", response=Made)
def correct_health_sample(request: HttpRequest, key: Id, new: HealthSampleCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a health sample, with all its scores, as it should have been."""
    samples.correct(key, taken(samples.NewHealthSample, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/health-samples/{key}", may="health.correct", response=Made)
def withdraw_health_sample(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a health sample away that was never taken."""
    samples.withdraw(key, reason=reason)
    return {"ids": [key]}
