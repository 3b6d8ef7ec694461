"""How far a stage is."""

from packager.layout.gauge import Gauge


def test_the_guess_learns_from_what_is_done() -> None:
    told: list[tuple[int, int]] = []
    gauge = Gauge(lambda *step: told.append(step))
    gauge.begin([10, 20], {})
    gauge.reach(0, 1)
    gauge.finish(0, 5)
    gauge.reach(1, 12)
    gauge.finish(1, 11)
    assert told == [(1, 30), (5, 15), (17, 17), (16, 16)]


def test_what_is_mended_is_no_step_back_and_a_second_round_is_more_to_do() -> None:
    told: list[tuple[int, int]] = []
    gauge = Gauge(lambda *step: told.append(step))
    gauge.begin([4, 2], {0: 4})
    gauge.reach(1, 2)
    gauge.reach(1, 1)
    gauge.finish(1, 2)
    gauge.finish(gauge.begin([1], {}), 1)
    assert told == [(4, 6), (6, 6), (6, 6), (6, 6), (7, 7)]
