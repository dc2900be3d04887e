"""How many frames the screen affords: down at once when it costs too much, up again after patience."""

from __future__ import annotations

from liveriff.ui.pace import GRACE_S, MOST, PATIENCE, RATES, Pace


def spend(pace: Pace, shares: list[float]) -> list[int]:
    """Frames a second after each second, in which a share of a core was used; the grace is over."""
    pace.frame(0.0, 0.0)
    now, used = GRACE_S - 1e-6, 0.0
    pace.frame(now, used)
    now += 1e-6
    pace.frame(now, used)
    rates = []
    for share in shares:
        now, used = now + 1.0, used + share
        pace.frame(now, used)
        rates.append(pace.fps)
    return rates


def test_it_begins_with_the_best() -> None:
    assert Pace().fps == RATES[0]


def test_it_goes_down_a_step_a_second_and_stops_at_the_last() -> None:
    assert spend(Pace(), [0.9] * 6) == [20, 15, 10, 5, 5, 5]


def test_it_goes_up_again_only_after_patience() -> None:
    rates = spend(Pace(), [0.9] + [0.01] * PATIENCE)
    assert rates == [RATES[1]] * PATIENCE + [RATES[0]]


def test_a_rate_that_leaves_room_for_the_next_is_left() -> None:
    assert spend(Pace(), [0.9] + [0.125] * PATIENCE)[-1] == RATES[0]


def test_a_rate_whose_next_would_cost_too_much_is_kept() -> None:
    assert spend(Pace(), [0.9] + [0.15] * 2 * PATIENCE)[-1] == RATES[1]


def test_between_the_limits_it_stays() -> None:
    assert spend(Pace(), [MOST * 0.8] * 8) == [30] * 8


def test_the_share_is_known() -> None:
    pace = Pace()
    spend(pace, [0.2])
    assert abs(pace.share - 0.2) < 1e-3


def test_what_the_start_costs_says_nothing() -> None:
    pace = Pace()
    for tenth in range(int(GRACE_S * 10)):
        pace.frame(tenth / 10, tenth / 10)
    assert pace.fps == RATES[0]
