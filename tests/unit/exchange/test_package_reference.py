"""The reference lists every table and column of the package, as the program has them."""

from tests.package_reference import MARK, PAGE, render_reference


def test_the_page_is_what_the_definition_says():
    assert PAGE.read_text(encoding="utf-8").split(MARK)[1].strip() == render_reference().strip(), (
        "run `python -m tests.package_reference`"
    )
