"""Retention and wellbeing reports: each call is for the company of its transaction."""

from importlib import import_module

from django.db import migrations

from grilse.access.migration_rules import create_function
from grilse.access.tenancy import COMPANY_SQL

former = import_module("grilse.people.migrations.0002_rules")
OWNER_RIGHTS = "SECURITY DEFINER SET search_path = public, pg_temp "
ALL_COMPANIES = "ON r.company_id = c.id\n"


def limit_to_company(statement: str, signature: str, *, header: str) -> str:
    """Return the function of one company, `whose`, made of a former function of all companies.

    It has the rights of its caller: the owner, or a function that runs as the owner.
    """
    for old, new in {
        signature: header,
        OWNER_RIGHTS: "",
        ALL_COMPANIES: ALL_COMPANIES.replace("\n", " WHERE c.id = whose\n"),
    }.items():
        if statement.count(old) != 1:
            raise ValueError(f"{signature} has {old!r} {statement.count(old)} times, not once")
        statement = statement.replace(old, new)
    return statement


DELETE_EXPIRED = limit_to_company(
    former.RETAIN, "people_retain(moment timestamptz)", header="people_delete_expired(whose bigint, moment timestamptz)"
)
WRITE_WELLBEING = limit_to_company(
    former.WELLBEING.replace(" WHERE p.active\n", " WHERE p.active AND p.company_id = whose\n")
    .replace("AS place FROM farm_company\n", "AS place FROM farm_company WHERE id = whose\n")
    .replace("company_id, id FROM farm_geography)", "company_id, id FROM farm_geography WHERE company_id = whose)"),
    "people_write_wellbeing(day date)",
    header="people_write_company_wellbeing(whose bigint, day date)",
)
REFUSE_NO_COMPANY = f"""
  IF {COMPANY_SQL} IS NULL THEN
    RAISE EXCEPTION 'no company is set: open a transaction with tenant_transaction first';
  END IF;"""
# The days are those of the company's rules of work, counted from now: a caller chooses neither.
RETAIN = f"""
CREATE FUNCTION people_retain() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN{REFUSE_NO_COMPANY}
  RETURN people_delete_expired({COMPANY_SQL}, now());
END $$
"""
# Reports of any 30 days would differ by the entries of one day, and so give persons away.
REPORT_WELLBEING = f"""
CREATE FUNCTION people_write_wellbeing(day date) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN{REFUSE_NO_COMPANY}
  IF extract(isodow FROM day) <> 1 OR day > (now() + interval '14 hours')::date THEN
    RAISE EXCEPTION 'a wellbeing report ends before a Monday that has begun, which % is not', day;
  END IF;
  RETURN people_write_company_wellbeing({COMPANY_SQL}, day);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_stored_journeys"), ("access", "0004_leavers_and_owner_functions")]

    operations = [
        migrations.RunSQL("DROP FUNCTION people_retain(timestamptz)", former.RETAIN),
        migrations.RunSQL("DROP FUNCTION people_write_wellbeing(date)", former.WELLBEING),
        create_function(DELETE_EXPIRED, "people_delete_expired(bigint, timestamptz)"),
        create_function(RETAIN, "people_retain()"),
        create_function(WRITE_WELLBEING, "people_write_company_wellbeing(bigint, date)"),
        create_function(REPORT_WELLBEING, "people_write_wellbeing(date)"),
    ]
