"""Assigns the demo login to a manager of the generated staff."""

import psycopg


def assign_demo_login(url: str, company: int, login: str) -> None:
    """Assign a login, as the owner of the tables, to the generated manager with the most journal entries.

    A trigger forbids this for real persons, whose journal belongs to their login.
    """
    with psycopg.connect(url) as owner, owner.transaction():
        if owner.execute(HAS_LOGIN, {"company": company, "login": login}).fetchone():
            return
        owner.execute("ALTER TABLE people_person DISABLE TRIGGER login_stays")
        owner.execute(ASSIGN_LOGIN, {"company": company, "login": login})
        # A table cannot be altered while deferred constraints wait for the end of the transaction.
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute("ALTER TABLE people_person ENABLE TRIGGER login_stays")


HAS_LOGIN = """
SELECT FROM people_person p JOIN auth_user u ON u.id = p.user_id
 WHERE p.company_id = %(company)s AND u.username = %(login)s
"""
ASSIGN_LOGIN = """
UPDATE people_person SET user_id = (SELECT id FROM auth_user WHERE username = %(login)s)
 WHERE id = (
   SELECT p.id FROM people_person p JOIN people_journalentry e ON e.person_id = p.id
    WHERE p.company_id = %(company)s AND p.active AND p.user_id IS NULL
      AND EXISTS (SELECT FROM people_person led WHERE led.manager_id = p.id)
    GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1
 )
"""
