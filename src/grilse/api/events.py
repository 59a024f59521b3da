"""Routes of deliveries of feed, meals, lice counts, treatments and health samples."""

from grilse.api.action_routes import declare_event_routes
from grilse.api.routing import FEEDING, HEALTH
from grilse.feeding.actions import deliveries, meals
from grilse.health.actions import lice, samples, treatments

declare_event_routes(
    FEEDING,
    "/feed-lots",
    "deliveries",
    deliveries.NewDelivery,
    (deliveries.record_deliveries, deliveries.correct_delivery, deliveries.withdraw_delivery),
    "feeding.deliver",
)
declare_event_routes(
    FEEDING,
    "/meals",
    "meals",
    meals.NewMeal,
    (meals.record_meals, meals.correct_meal, meals.withdraw_meal),
    "feeding.feed",
)
declare_event_routes(
    HEALTH,
    "/lice-counts",
    "counts",
    lice.NewLiceCount,
    (lice.record_lice_counts, lice.correct_lice_count, lice.withdraw_lice_count),
    "health.count",
)
declare_event_routes(
    HEALTH,
    "/treatments",
    "treatments",
    treatments.NewTreatment,
    (treatments.record_treatments, treatments.correct_treatment, treatments.withdraw_treatment),
    "health.treat",
)
declare_event_routes(
    HEALTH,
    "/health-samples",
    "samples",
    samples.NewHealthSample,
    (samples.record_health_samples, samples.correct_health_sample, samples.withdraw_health_sample),
    "health.sample",
)
