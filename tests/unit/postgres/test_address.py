"""Addresses: what is put together can be taken apart, and errors keep the password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from grilse.errors import GrilseError
from grilse.postgres import address

words = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(user=words, password=words, dbname=words, folder=words)
def test_a_socket_address_comes_apart_as_it_was_put_together(user, password, dbname, folder):
    parts = {"user": user, "password": password, "dbname": dbname, "host": f"/{folder}"}

    assert conninfo_to_dict(address.build_url(parts)) == parts


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"host": "db.example", "port": "5433", "dbname": "g", "user": "u"}, "postgresql://u@db.example:5433/g"),
        ({"host": "::1", "dbname": "g", "user": "u", "password": "p"}, "postgresql://u:p@[::1]/g"),
        ({"host": "/run/pg", "dbname": "g", "sslmode": "disable"}, "postgresql:///g?host=%2Frun%2Fpg&sslmode=disable"),
        ({"host": "a,b", "port": "1,2", "dbname": "g"}, "postgresql:///g?host=a%2Cb&port=1%2C2"),
        ({"dbname": "g"}, "postgresql:///g"),
    ],
)
def test_an_address_has_the_shape_that_other_tools_read(parts, expected):
    assert address.build_url(parts) == expected
    assert conninfo_to_dict(expected) == parts


@pytest.mark.parametrize("text", ["mysql://u:secret-word@h/d", "postgresql://u:secret-word%zz@h/d", "what=ever"])
def test_what_is_no_address_is_refused_without_saying_the_password(text):
    with pytest.raises(GrilseError, match="DATABASE_URL is not a PostgreSQL address") as caught:
        address.parse_address(text, "DATABASE_URL")

    assert "secret-word" not in str(caught.value)


def test_an_address_to_show_has_no_password():
    assert address.hide_password("postgresql://u:secret-word@h/d") == "postgresql://u@h/d"
