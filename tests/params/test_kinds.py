"""Kinds: the curves go both ways, and every value is in range, quantised and readable."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.errors import UsageError
from liveriff.params.kinds import Decibel, Exponential, Integer, Kind, Linear, Reading, Stops, UnfitError
from liveriff.params.kinds_worded import Choice, Optional, OwnNumber, OwnWhole, Text, Toggle, Trigger
from liveriff.params.spec import Spec

RAW = st.floats(0, 1)
BOUNDS = st.tuples(st.integers(-5000, 5000), st.integers(1, 5000)).map(lambda pair: (pair[0], pair[0] + pair[1]))
LINEARS = st.builds(lambda b, d: Linear(*map(float, b), d), BOUNDS, st.integers(0, 4))
DECIBELS = st.builds(lambda low, high: Decibel(low, high), st.integers(-100, -10), st.integers(-9, 12))
EXPONENTIALS = st.builds(
    lambda low, by: Exponential(low / 10, low * by / 10), st.integers(1, 100), st.integers(2, 1000)
)
INTEGERS = st.builds(lambda b: Integer(*b), BOUNDS) | st.just(Integer(0, 2**31 - 1))
STOPS = st.lists(st.integers(-100, 100), min_size=2, unique=True).map(lambda stops: Stops(tuple(sorted(stops))))
CHOICES = st.lists(st.text("abcdefgh", min_size=1), min_size=2, unique=True).map(lambda words: Choice(tuple(words)))
OPTIONALS = st.sampled_from(
    [Optional(Linear(0.0, 1.0)), OwnNumber(Linear(1.0, 12.0, 2, click=0.25)), OwnWhole(Integer(1, 150))]
)
TRAVELLING = st.one_of(
    LINEARS, DECIBELS, EXPONENTIALS, INTEGERS, STOPS, CHOICES, OPTIONALS, st.just(Toggle()), st.just(Trigger())
)
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers(), max_size=2)
)
ALL = TRAVELLING | st.just(Text()) | st.just(Reading())


def order(kind: Kind, value: object) -> float:
    """Where a value stands, for comparing."""
    return float(value) if isinstance(value, int | float) else kind.number(value)  # type: ignore[arg-type]


@given(TRAVELLING, RAW)
def test_unmap_is_the_inverse_of_map(kind: Kind, raw: float) -> None:
    """A value survives the way to a controller and back, to the last digit."""
    value = kind.map(raw)
    assert kind.map(kind.unmap(value)) == value


@given(LINEARS | DECIBELS | EXPONENTIALS, RAW)
def test_a_position_survives_up_to_quantisation(kind: Linear, raw: float) -> None:
    """The way round from a position changes it by no more than the last digit is worth there."""
    value = kind.map(raw)
    step = 10.0**-kind.digits
    near = sorted(kind.unmap(kind.coerce(value + by)) for by in (-step, step))
    assert near[0] - 1e-9 <= raw <= near[1] + 1e-9


@given(TRAVELLING, RAW, RAW)
def test_more_travel_never_means_less(kind: Kind, one: float, other: float) -> None:
    """Curves go up."""
    low, high = sorted((one, other))
    assert order(kind, kind.map(low)) <= order(kind, kind.map(high))


@given(TRAVELLING)
def test_the_ends_of_the_travel_are_the_ends_of_the_range(kind: Kind) -> None:
    """Fully down and fully up reach everything, and beyond the ends there is no more."""
    ends = (order(kind, kind.map(0.0)), order(kind, kind.map(1.0)))
    assert ends == kind.range
    assert (kind.map(-3.0), kind.map(9.0)) == (kind.map(0.0), kind.map(1.0))


@given(ALL, ANYTHING | st.sampled_from([math.nan, math.inf, -math.inf, 10**400, "nan", "-inf", "1e999"]))
def test_coerce_is_idempotent_or_refuses(kind: Kind, value: object) -> None:
    """Whatever comes in, what is stored would be stored again unchanged, in range and as the same type."""
    try:
        stored = kind.coerce(value)
    except UnfitError:
        return
    again = kind.coerce(stored)
    assert again == stored
    assert type(again) is type(stored)
    if kind.range:
        assert kind.range[0] <= order(kind, stored) <= kind.range[1]


@given(ALL, ANYTHING | st.just(math.nan))
def test_what_fits_a_file_is_not_bent(kind: Kind, value: object) -> None:
    """``fits`` is stricter than ``coerce``: what fits is stored as written, but for its last digits."""
    if not kind.fits(value):
        return
    stored = kind.coerce(value)
    if isinstance(value, int | float):
        inner = kind.inner if isinstance(kind, Optional) else kind
        digits = inner.digits if isinstance(inner, Linear) else 12
        assert stored == pytest.approx(value, abs=0.51 * 10.0**-digits)


@given(
    st.one_of(LINEARS, EXPONENTIALS, INTEGERS, STOPS, DECIBELS, CHOICES, OPTIONALS),
    RAW,
    st.sampled_from(["", "dB", "s"]),
)
def test_text_reads_back(kind: Kind, raw: float, unit: str) -> None:
    """What is shown can be typed."""
    value = kind.map(raw)
    if kind.held:
        assert kind.coerce(kind.format(value, unit), unit) == value


@given(st.text(max_size=700))
def test_text_is_one_line_and_reads_back(text: str) -> None:
    """Prompts fit a line, whatever was pasted."""
    stored = Text().coerce(text)
    assert stored.isprintable()
    assert len(stored) <= 500
    assert Text().coerce(Text().format(stored)) == stored


@given(TRAVELLING.filter(lambda kind: kind.held), RAW, st.integers(1, 5))
def test_a_click_moves_unless_at_the_end(kind: Kind, raw: float, steps: int) -> None:
    """An encoder never sticks, and never turns the wrong way."""
    value = kind.map(raw)
    up, down = order(kind, kind.nudge(value, steps)), order(kind, kind.nudge(value, -steps))
    here, (low, high) = order(kind, value), kind.range or (0, 0)
    assert up > here or here == high
    assert down < here or here == low
    assert kind.nudge(value, 0) == value


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (Linear(40.0, 240.0, 2), "174", 174.0),
        (Linear(40.0, 240.0, 2), 123.456, 123.46),
        (Linear(40.0, 240.0, 2), 999, 240.0),
        (Linear(-1.0, 1.0), -0.0001, 0.0),
        (Decibel(-60.0, 6.0), "-inf dB", -60.0),
        (Decibel(-60.0, 6.0), "-3.5dB", -3.5),
        (Decibel(-60.0, 6.0), -math.inf, -60.0),
        (Integer(0, 10), 2.5, 3),
        (Integer(0, 10), 10**400, 10),
        (Stops((4, 8, 16)), 9, 8),
        (Stops((4, 8, 16)), math.inf, 16),
        (Choice(("a", "thru", "b")), "THRU", "thru"),
        (Choice(("a", "thru", "b")), 2.0, "b"),
        (Choice(("C#", "D"), {"Db": "C#"}), "db", "C#"),
        (Toggle(), 0.49, False),
        (Toggle(), "on", True),
        (Text(), " two\nlines\tand  a gap ", "two lines and a gap"),
        (Optional(Linear(0.0, 1.0)), "auto", None),
        (Optional(Linear(0.0, 1.0)), -1, None),
        (Optional(Linear(0.0, 1.0)), 0.5, 0.5),
        (OwnWhole(Integer(1, 150)), "auto", None),
        (OwnWhole(Integer(1, 150)), -1, None),
        (OwnWhole(Integer(1, 150)), 0, 1),
        (OwnWhole(Integer(1, 150)), "25", 25),
    ],
)
def test_values_are_read(kind: Kind, value: object, stored: object) -> None:
    """Numbers, texts and truth values as peers send them."""
    got = kind.coerce(value, "dB")
    assert got == stored
    assert type(got) is type(stored)
    assert not (isinstance(got, float) and math.copysign(1, got) < 0 <= got), "no minus zero"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Linear(0.0, 1.0), "loud"),
        (Linear(0.0, 1.0), math.nan),
        (Linear(0.0, 1.0), "nan"),
        (Linear(0.0, 1.0), None),
        (Linear(0.0, 1.0), [0.5]),
        (Choice(("a", "b")), "c"),
        (Choice(("a", "b")), True),
        (Toggle(), "perhaps"),
        (Text(), 3),
    ],
)
def test_wrong_types_are_refused(kind: Kind, value: object) -> None:
    """Nothing is guessed from a value of another sort."""
    with pytest.raises(UnfitError):
        kind.coerce(value)


def test_text_cut_at_a_space_is_cut_cleanly() -> None:
    """Else what is stored would be stored otherwise the next time."""
    assert Text(5).coerce("four five") == "four"


def test_the_fader_has_its_law() -> None:
    """0 dB lies at 83 % of the travel and the floor is exact silence."""
    fader = Decibel(-60.0, 6.0)
    assert fader.unmap(0.0) == pytest.approx((60 / 66) ** 2)
    assert 10 ** (fader.number(fader.map(0.0)) / 20) == 0.0
    assert fader.format(-60.0, "dB") == "-inf dB"


def test_auto_is_the_lowest_of_a_midi_controllers_positions() -> None:
    """0 is auto, 1 the least real value, 127 the most."""
    leaning, steps = Optional(Linear(0.0, 1.0)), OwnWhole(Integer(1, 150))
    assert [leaning.map(cc / 127) for cc in (0, 1, 127)] == [None, 0.0, 1.0]
    assert [steps.map(cc / 127) for cc in (0, 1, 127)] == [None, 1, 150]
    assert (steps.nudge(None, 1), steps.nudge(1, -1), steps.nudge(25, 1)) == (1, None, 26)


@pytest.mark.parametrize(
    ("kind", "args", "value"),
    [
        (Trigger(), [], 1.0),
        (Trigger(), [0.25, "more"], 0.25),
        (Toggle(), [], True),
        (Toggle(), [0.0], False),
        (Choice(("a", "b")), [1], "b"),
        (Linear(0.0, 1.0), ["0.5"], 0.5),
    ],
)
def test_osc_arguments(kind: Kind, args: list[object], value: object) -> None:
    """The first argument counts; none at all is a bang where one makes sense."""
    spec = Spec("/x", kind, None, "block", "Test.")
    assert spec.from_args(args) == value


def test_a_number_needs_an_argument() -> None:
    """A message without arguments to a number is refused in a sentence."""
    with pytest.raises(UsageError, match=r"^/x takes a number from 0 to 1 s, and got nothing\.$"):
        Spec("/x", Linear(0.0, 1.0), 0.0, "block", "Test.", "s").from_args([])


def test_kinds_without_travel_say_so() -> None:
    """A knob on a text is refused in a sentence, not with a traceback."""
    spec = Spec("/words", Text(), "", "chunk", "Test.")
    for attempt in (lambda: spec.map(0.5), lambda: spec.unmap("x")):
        with pytest.raises(UsageError, match="no travel"):
            attempt()
