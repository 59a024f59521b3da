"""Routes of deliveries and counts of feed, meals, lice counts, treatments and health samples."""

from grilse.api.action_routes import declare_event_routes
from grilse.api.routing import FEEDING, HEALTH
from grilse.feeding.actions.adjustments import (
    NewAdjustment,
    correct_store_adjustment,
    record_store_adjustments,
    withdraw_store_adjustment,
)
from grilse.feeding.actions.deliveries import NewDelivery, correct_delivery, record_deliveries, withdraw_delivery
from grilse.feeding.actions.meals import NewMeal, correct_meal, record_meals, withdraw_meal
from grilse.health.actions.lice import NewLiceCount, correct_lice_count, record_lice_counts, withdraw_lice_count
from grilse.health.actions.samples import (
    NewHealthSample,
    correct_health_sample,
    record_health_samples,
    withdraw_health_sample,
)
from grilse.health.actions.treatments import NewTreatment, correct_treatment, record_treatments, withdraw_treatment

ADJUSTMENT_ACTIONS = (record_store_adjustments, correct_store_adjustment, withdraw_store_adjustment)
DELIVERY_ACTIONS = (record_deliveries, correct_delivery, withdraw_delivery)
MEAL_ACTIONS = (record_meals, correct_meal, withdraw_meal)
LICE_ACTIONS = (record_lice_counts, correct_lice_count, withdraw_lice_count)
TREATMENT_ACTIONS = (record_treatments, correct_treatment, withdraw_treatment)
SAMPLE_ACTIONS = (record_health_samples, correct_health_sample, withdraw_health_sample)

declare_event_routes(FEEDING, "/feed-lots", "deliveries", NewDelivery, DELIVERY_ACTIONS, "feeding.deliver")
declare_event_routes(FEEDING, "/meals", "meals", NewMeal, MEAL_ACTIONS, "feeding.feed")
declare_event_routes(FEEDING, "/store-adjustments", "adjustments", NewAdjustment, ADJUSTMENT_ACTIONS, "feeding.adjust")
declare_event_routes(HEALTH, "/lice-counts", "counts", NewLiceCount, LICE_ACTIONS, "health.count")
declare_event_routes(HEALTH, "/treatments", "treatments", NewTreatment, TREATMENT_ACTIONS, "health.treat")
declare_event_routes(HEALTH, "/health-samples", "samples", NewHealthSample, SAMPLE_ACTIONS, "health.sample")
