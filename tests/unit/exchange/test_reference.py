"""The reference lists every table and column of the package, as the program has them."""

from tests.farm_package_reference import MARK, PAGE, rendered


def test_the_page_is_what_the_definition_says():
    assert PAGE.read_text(encoding="utf-8").split(MARK)[1].strip() == rendered().strip(), (
        "run `python -m tests.farm_package_reference`"
    )
