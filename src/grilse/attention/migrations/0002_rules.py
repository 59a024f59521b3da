"""Row policies of findings and alert rules, and references within a company."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_reach_policy,
    create_whole_company_policy,
    with_events,
)

# Everybody of the company sees a finding of the company as a whole.
IN_REACH = "(geography_id IS NULL OR geography_id IN (SELECT farm_geographies()))"


class Migration(migrations.Migration):
    dependencies = [
        ("attention", "0001_tables"),
        ("farm", "0002_rules"),
        ("people", "0002_rules"),
        ("helpdesk", "0002_rules"),
        ("stock", "0002_rules"),
    ]

    operations = [
        *create_company_policy("attention_alertrule", tracked=True),
        *create_company_policy("attention_finding", tracked=True),
        *create_company_policy("attention_alertsettings", tracked=True),
        *create_company_policy("attention_webhook", tracked=True),
        *create_company_policy("attention_mortalityband"),
        *create_company_policy("attention_alertmessage"),
        create_company_key("attention_webhook"),
        create_company_key("attention_finding"),
        create_company_references("attention_alertrule", geography_id="farm_geography"),
        create_company_references(
            "attention_finding",
            geography_id="farm_geography",
            area_id="farm_area",
            hall_id="farm_hall",
            container_id="farm_container",
            batch_id="stock_batch",
            acknowledged_by_id="people_person",
            assignee_id="people_person",
            ticket_id="helpdesk_ticket",
        ),
        create_company_references("attention_alertsettings", person_id="people_person", geography_id="farm_geography"),
        create_company_references("attention_webhook", geography_id="farm_geography"),
        create_company_references("attention_alertmessage", person_id="people_person", webhook_id="attention_webhook"),
        *[create_reach_policy(table, IN_REACH) for table in with_events("attention_finding")],
        create_whole_company_policy("attention_alertrule"),
        create_whole_company_policy("attention_webhook"),
    ]
