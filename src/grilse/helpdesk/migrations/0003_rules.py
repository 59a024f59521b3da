"""What the database keeps: companies apart, references within one, and tickets to those in reach of their site."""

from django.db import migrations

from grilse.access.reach import create_restrictive_policy
from grilse.access.tenancy import create_company_key, create_company_policy, create_company_references

TABLES = (
    "category", "ticket", "comment", "attachment", "businesshours", "holiday", "servicelevel",
    "escalationrule", "escalation",
)  # fmt: skip
# A ticket of no site in particular is everybody's.
NEAR = "(geography_id IS NULL OR geography_id IN (SELECT farm_geographies()))"


def of_its_ticket(table: str) -> migrations.RunSQL:
    """Return the policy that hides rows of which the ticket is hidden.

    Tickets are looked up one by one: of a few rows, reading all tickets in reach would take longer.
    """
    return create_restrictive_policy(table, f"EXISTS (SELECT FROM helpdesk_ticket t WHERE t.id = {table}.ticket_id)")


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0002_initial"), ("people", "0002_rules")]

    operations = [
        *[create_company_policy(f"helpdesk_{name}") for name in TABLES],
        *[
            create_company_policy(f"helpdesk_{name}event", append_only=True)
            for name in TABLES
            if name != "escalation"
        ],
        *[create_company_key(f"helpdesk_{name}") for name in ("category", "ticket", "escalationrule")],
        create_company_references("helpdesk_category", team_id="people_team"),
        create_company_references(
            "helpdesk_ticket",
            category_id="helpdesk_category", geography_id="farm_geography", area_id="farm_area",
            station_id="farm_station", container_id="farm_container", reporter_id="people_person",
            assignee_id="people_person", team_id="people_team",
        ),
        create_company_references("helpdesk_comment", ticket_id="helpdesk_ticket", author_id="people_person"),
        create_company_references("helpdesk_attachment", ticket_id="helpdesk_ticket", author_id="people_person"),
        create_company_references("helpdesk_servicelevel", category_id="helpdesk_category"),
        create_company_references(
            "helpdesk_escalationrule",
            category_id="helpdesk_category", person_id="people_person", team_id="people_team",
        ),
        create_company_references("helpdesk_escalation", ticket_id="helpdesk_ticket", rule_id="helpdesk_escalationrule"),
        *[create_restrictive_policy(f"helpdesk_{name}", NEAR) for name in ("ticket", "ticketevent")],
        *[
            of_its_ticket(f"helpdesk_{name}")
            for name in ("comment", "commentevent", "attachment", "attachmentevent", "escalation")
        ],
    ]  # fmt: skip
