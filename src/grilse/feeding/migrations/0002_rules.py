"""Isolation of companies, references within one, and what is drawn from each lot."""

from django.db import migrations

from grilse.access.tenancy import create_company_key, create_company_policy, create_company_references

# One update with the net change: a draw that is made smaller may stand in a lot that is full.
FUNCTION = """
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
# PostgreSQL lets a trigger with transition tables serve one event only.
TRIGGERS = {
    "insert": "AFTER INSERT ON feeding_draw REFERENCING NEW TABLE AS added",
    "update": "AFTER UPDATE ON feeding_draw REFERENCING NEW TABLE AS added OLD TABLE AS gone",
    "delete": "AFTER DELETE ON feeding_draw REFERENCING OLD TABLE AS gone",
}


class Migration(migrations.Migration):
    dependencies = [("feeding", "0001_initial"), ("farm", "0002_rules"), ("stock", "0002_rules")]

    operations = [
        *[create_company_policy(f"feeding_{name}") for name in ("feed", "feedlot", "meal", "draw")],
        create_company_key("feeding_feed"),
        create_company_references("feeding_feedlot", store_id="farm_feedstore", feed_id="feeding_feed"),
        create_company_references("feeding_meal", placement_id="stock_placement", feed_id="feeding_feed"),
        migrations.RunSQL(
            [
                FUNCTION,
                *[
                    f"CREATE TRIGGER feeding_draw_{name} {when}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION feeding_draw_counted()"
                    for name, when in TRIGGERS.items()
                ],
            ],
            [
                *[f"DROP TRIGGER feeding_draw_{name} ON feeding_draw" for name in TRIGGERS],
                "DROP FUNCTION feeding_draw_counted",
            ],
        ),
    ]
