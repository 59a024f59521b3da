"""The login of a demonstration as somebody of the generated staff, with a journal and people to lead."""

import psycopg


def assign_demo_login(url: str, company: int, login: str) -> None:
    """Give a login, as the owner of the tables, to the manager of generated staff who writes the most.

    What a person wrote goes to no other login, except here, where nobody wrote it.
    """
    with psycopg.connect(url) as owner, owner.transaction():
        if owner.execute(HAS_LOGIN, {"company": company, "login": login}).fetchone():
            return
        owner.execute("ALTER TABLE people_person DISABLE TRIGGER login_stays")
        owner.execute(ASSIGN_LOGIN, {"company": company, "login": login})
        # References are checked at the end of a transaction, and no table changes while some wait.
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
