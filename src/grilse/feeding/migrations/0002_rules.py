"""Row policies of feed, references within a company, and the mass drawn from each lot."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_function,
    create_geography_policy,
    create_parent_policy,
    create_statement_trigger,
    with_events,
)

# One update with the net change: a smaller draw may replace a draw of a lot that is used up.
COUNT_DRAWS = """
CREATE FUNCTION feeding_draw_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE feeding_feedlot l SET drawn = l.drawn + c.grams
      FROM (SELECT lot_id, sum(grams)::bigint AS grams FROM added GROUP BY lot_id) c WHERE l.id = c.lot_id;
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE feeding_feedlot l SET drawn = l.drawn - c.grams
      FROM (SELECT lot_id, sum(grams)::bigint AS grams FROM gone GROUP BY lot_id) c WHERE l.id = c.lot_id;
  ELSE
    UPDATE feeding_feedlot l SET drawn = l.drawn + c.grams
      FROM (SELECT lot_id, sum(grams)::bigint AS grams
              FROM (SELECT lot_id, grams FROM added UNION ALL SELECT lot_id, -grams FROM gone) net
             GROUP BY lot_id) c WHERE l.id = c.lot_id;
  END IF;
  RETURN NULL;
END $$
"""
# A trigger with transition tables can serve one event only.
TRANSITION_TABLES = {
    "insert": "NEW TABLE AS added",
    "update": "NEW TABLE AS added OLD TABLE AS gone",
    "delete": "OLD TABLE AS gone",
}


class Migration(migrations.Migration):
    dependencies = [("feeding", "0001_tables"), ("stock", "0002_rules")]

    operations = [
        *create_company_policy("feeding_feed", tracked=True),
        *create_company_policy("feeding_feedlot", tracked=True),
        *create_company_policy("feeding_meal", tracked=True),
        *create_company_policy("feeding_draw"),
        create_company_key("feeding_feed"),
        create_company_references("feeding_feedlot", store_id="farm_feedstore", feed_id="feeding_feed"),
        create_company_references("feeding_meal", placement_id="stock_placement", feed_id="feeding_feed"),
        create_function(COUNT_DRAWS, "feeding_draw_counted()"),
        *[
            create_statement_trigger(
                f"feeding_draw_{event}", "feeding_draw", event, transition_tables, "feeding_draw_counted()"
            )
            for event, transition_tables in TRANSITION_TABLES.items()
        ],
        *[create_geography_policy(table, "store_id") for table in with_events("feeding_feedlot")],
        *[create_geography_policy(table, "placement_id") for table in with_events("feeding_meal")],
        create_parent_policy("feeding_draw", "lot_id", "feeding_feedlot"),
    ]
