"""Small lines, drawn by the server."""

from grilse.web.sparklines import HEIGHT, MARGIN, WIDTH, build_sparkline


def test_a_line_goes_from_edge_to_edge_and_up_with_its_values():
    line = build_sparkline([0, 1, 2])
    [part] = line.parts
    points = [tuple(map(float, point.split(","))) for point in part.split()]
    assert points == [(MARGIN, HEIGHT - MARGIN), (WIDTH / 2, HEIGHT / 2), (WIDTH - MARGIN, MARGIN)]


def test_a_missing_value_breaks_the_line():
    assert len(build_sparkline([1, None, 2, 3]).parts) == 2


def test_a_limit_is_on_the_scale_of_the_values():
    line = build_sparkline([1, 2], limit=4)
    assert line.limit_y == MARGIN
    assert line.last_y > line.limit_y


def test_no_values_are_no_line():
    assert build_sparkline([None, None]) is None
