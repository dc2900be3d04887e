"""The kernel ``scalar_fx.sweep`` in numpy: the test oracle, and what plays when numba cannot be imported.

Where the filter stands still, a step is two products with matrices made once; where it moves, a prefix scan.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar_fx import (
    BOTTOM_HZ,
    CLOSED_HIGH,
    CLOSED_LOW,
    OPENING,
    Q_FIRST,
    Q_MORE,
    Q_SECOND,
    STEP,
    TOP_HZ,
    Bus,
    Rows,
)
from liveriff.player.vector_fx import _settle, _steps

Array = NDArray[np.float64]


def sweep(track: Bus, memory: Rows, rows: Rows, side: int, rate: float, phase: int) -> None:
    """See ``scalar_fx.sweep``."""
    for part, whole in _steps(len(track), phase):
        x, q = track[part], rows[part, side]
        y = _standing(x, memory, float(q[0]), side, rate) if (q == q[0]).all() else _moving(x, memory, q, side, rate)
        x += np.minimum(1.0, q / OPENING)[:, None] * (y - x)
        if whole:
            _settle(memory)


def _curve(q: Array, side: int, rate: float) -> tuple[Array, Array]:
    """Of both sections: the coefficient that the frequency gives, and the damping of the second."""
    hz = TOP_HZ * np.exp(-q * CLOSED_LOW) if side == 0 else BOTTOM_HZ * np.exp(q * CLOSED_HIGH)
    return np.tan(np.pi * np.minimum(hz / rate, 0.45)), 1.0 / (Q_SECOND * (1.0 + Q_MORE * q))


# --- where it moves ------------------------------------------------------------------------------------------------


def _moving(x: Array, memory: Array, q: Array, side: int, rate: float) -> Array:
    g, damping = _curve(q, side, rate)
    y = _section(x, memory[:2], g, np.full(len(g), 1.0 / Q_FIRST), side)
    return _section(y, memory[2:], g, damping, side)


def _section(x: Array, memory: Array, g: Array, k: Array, side: int) -> Array:
    """A state-variable section (frames, 2) whose coefficients move."""
    a1 = 1.0 / (1.0 + g * (g + k))
    a2, a3 = g * a1, g * g * a1
    move = np.stack([np.stack([2 * a1 - 1, -2 * a2], -1), np.stack([2 * a2, 1 - 2 * a3], -1)], 1)
    push = np.stack([2 * a2, 2 * a3], -1)[:, :, None] * x[:, None, :]
    d = 1
    while d < len(x):
        push[d:] += move[d:] @ push[:-d]
        move[d:] = move[d:] @ move[:-d]
        d *= 2
    after = move @ memory + push
    before = np.concatenate([memory[None], after[:-1]])
    memory[:] = after[-1]
    first, second = before[:, 0], before[:, 1]
    v1 = a1[:, None] * first + a2[:, None] * (x - second)
    v2 = second + g[:, None] * v1
    y: Array = v2 if side == 0 else x - k[:, None] * v1 - v2
    return y


# --- where it stands still -----------------------------------------------------------------------------------------


def _standing(x: Array, memory: Array, q: float, side: int, rate: float) -> Array:
    of_state, of_input, powers, into = _system(q, side, rate)
    n = len(x)
    y: Array = of_state[:n] @ memory + of_input[:n, :n] @ x
    memory[:] = powers[n] @ memory + into[:, STEP - n :] @ x
    return y


@lru_cache(maxsize=64)
def _system(q: float, side: int, rate: float) -> tuple[Array, Array, Array, Array]:
    """What a step's output (STEP,) owes to the state (4,) and to the input, the powers of the step matrix, and what the
    state after a step owes to the input."""
    g, damping = (float(value) for value in _curve(np.array(q), side, rate))
    one = np.array([_tick(unit[:4], float(unit[4]), g, (1.0 / Q_FIRST, damping), side) for unit in np.eye(5)])
    a, b, c, d = one[:4, :4].T, one[4, :4], one[:4, 4], float(one[4, 4])
    powers = np.stack([np.linalg.matrix_power(a, n) for n in range(STEP + 1)])
    into = powers[:STEP] @ b  # (STEP, 4): what an impulse leaves n steps later
    response = np.concatenate([[d], into[:-1] @ c])
    toeplitz = np.zeros((STEP, STEP))
    for n in range(STEP):
        toeplitz[n, : n + 1] = response[n::-1]
    return powers[:STEP].transpose(0, 2, 1) @ c, toeplitz, powers, np.ascontiguousarray(into[::-1].T)


def _tick(state: Array, x: float, g: float, dampings: tuple[float, float], side: int) -> Array:
    """State and output after one sample."""
    after = []
    for section, k in enumerate(dampings):
        first, second = state[2 * section : 2 * section + 2].tolist()
        a1 = 1.0 / (1.0 + g * (g + k))
        v1 = a1 * first + g * a1 * (x - second)
        v2 = second + g * v1
        after += [2 * v1 - first, 2 * v2 - second]
        x = v2 if side == 0 else x - k * v1 - v2
    return np.array([*after, x])
