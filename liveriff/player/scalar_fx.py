"""The kernels of the effects as plain loops over samples, written for numba; ``vector_fx`` holds the same maths.

Called on the sink's thread. Nothing here allocates, waits or raises. Settings come as rows, a value a frame, which
``ramp`` has smoothed; ``memory`` holds what an effect remembers. What is left of a dying sound is taken to exactly
zero before it becomes denormal. Constants live here because numba's cache on disk only looks at this file's date.
"""

from __future__ import annotations

from math import exp, pi, tan

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]
Rows = NDArray[np.float64]
Bus = NDArray[np.float64]
Counts = NDArray[np.int64]

STEP = 64  # frames of one ramp of smoothed settings, counted from frame 0
NEAR = 3e-5  # a smoothed setting this near to its goal lands on it exactly
FAINT = 1e-10  # -200 dB: a memory that holds less holds nothing
LINES = 16  # delay lines of the reverb
STAGES = 4  # all-pass diffusers before them, each side
TOP_HZ, BOTTOM_HZ = 20000.0, 20.0  # where the filter is open, as low-pass and as high-pass
CLOSED_LOW, CLOSED_HIGH = 6.2146, 6.3969  # ln(20000 / 40), ln(12000 / 20): its range either way
OPENING = 0.04  # share of the knob's way over which the filter comes in
Q_FIRST, Q_SECOND, Q_MORE = 0.5412, 1.3066, 1.0  # Butterworth of the fourth order; the second peaks as it closes


def ramp(rows: Rows, state: Rows, goal: Row, phase: int, pull: float) -> None:
    """Fill ``rows`` (frames, settings) with settings on their way to ``goal``.

    state (2, settings): where the present ramp starts and ends; phase: frames into it; pull: share of the way to the
    goal that one ramp goes. As the gains of ``scalar.add_strip``.
    """
    for i in range(rows.shape[0]):
        if phase == 0:
            for c in range(goal.shape[0]):
                state[0, c] = state[1, c]
                way = goal[c] - state[1, c]
                state[1, c] = goal[c] if abs(way) < NEAR else state[1, c] + way * pull
        w = (phase + 1) / STEP
        for c in range(goal.shape[0]):
            rows[i, c] = state[0, c] + (state[1, c] - state[0, c]) * w
        phase = (phase + 1) % STEP


def isolate(track: Bus, memory: NDArray[np.float64], rows: Rows, sources: Counts, coefs: Rows, phase: int) -> None:
    """Three bands of a deck, in place: each times its gain, and the sum mixed with what came in.

    rows (frames, 4): gains of low, middle, high; share of the sum. Each section is a trapezoidal state-variable
    filter (Simper, "Solving the continuous SVF equations using trapezoidal integration and equivalent currents",
    2013): ``sources`` names the section it hears (-1: the deck), ``coefs`` (sections, 6) are a1, a2, a3 and how much
    of input, band-pass and low-pass it gives; the last three give the bands. memory (sections, 2 sides, 3).
    """
    last = sources.shape[0] - 1
    for i in range(track.shape[0]):
        for s in range(last + 1):
            for c in range(2):
                x = track[i, c] if sources[s] < 0 else memory[sources[s], c, 2]
                first, second = memory[s, c, 0], memory[s, c, 1]
                v1 = coefs[s, 0] * first + coefs[s, 1] * (x - second)
                v2 = second + coefs[s, 1] * first + coefs[s, 2] * (x - second)
                memory[s, c, 0] = 2.0 * v1 - first
                memory[s, c, 1] = 2.0 * v2 - second
                memory[s, c, 2] = coefs[s, 3] * x + coefs[s, 4] * v1 + coefs[s, 5] * v2
        for c in range(2):
            low, middle, high = memory[last - 2, c, 2], memory[last - 1, c, 2], memory[last, c, 2]
            y = rows[i, 0] * low + rows[i, 1] * middle + rows[i, 2] * high
            track[i, c] += rows[i, 3] * (y - track[i, c])
        phase = (phase + 1) % STEP
        if phase == 0:
            for s in range(last + 1):
                for c in range(2):
                    for k in range(2):
                        if abs(memory[s, c, k]) < FAINT:
                            memory[s, c, k] = 0.0


def sweep(track: Bus, memory: Rows, rows: Rows, side: int, rate: float, phase: int) -> None:
    """Half of the one-knob filter of a deck, in place: a low-pass (side 0) or a high-pass (1) of the fourth order.

    rows (frames, 2): how far each half is closed, 0 to 1; memory (4, 2): two state-variable sections of two values.
    """
    for i in range(track.shape[0]):
        q = rows[i, side]
        hz = TOP_HZ * exp(-q * CLOSED_LOW) if side == 0 else BOTTOM_HZ * exp(q * CLOSED_HIGH)
        g = tan(pi * min(hz / rate, 0.45))
        share = min(1.0, q / OPENING)
        for c in range(2):
            x = track[i, c]
            for s in range(2):
                k = 1.0 / Q_FIRST if s == 0 else 1.0 / (Q_SECOND * (1.0 + Q_MORE * q))
                first, second = memory[2 * s, c], memory[2 * s + 1, c]
                v1 = (first + g * (x - second)) / (1.0 + g * (g + k))
                v2 = second + g * v1
                memory[2 * s, c] = 2.0 * v1 - first
                memory[2 * s + 1, c] = 2.0 * v2 - second
                x = v2 if side == 0 else x - k * v1 - v2
            track[i, c] += share * (x - track[i, c])
        phase = (phase + 1) % STEP
        if phase == 0:
            for s in range(4):
                for c in range(2):
                    if abs(memory[s, c]) < FAINT:
                        memory[s, c] = 0.0


def tilt(bus: Bus, memory: Row, rows: Rows, phase: int) -> None:
    """Tilt the bus in place.

    rows (frames, 3): what is added of the lows, what of the rest, and g / (1 + g) of the trapezoidal one-pole that
    finds the lows; memory (2,): its state on each side.
    """
    for i in range(bus.shape[0]):
        for c in range(2):
            x = bus[i, c]
            v = rows[i, 2] * (x - memory[c])
            low = memory[c] + v
            memory[c] = low + v
            bus[i, c] = x + rows[i, 0] * low + rows[i, 1] * (x - low)
        phase = (phase + 1) % STEP
        if phase == 0:
            for c in range(2):
                if abs(memory[c]) < FAINT:
                    memory[c] = 0.0


def echo(
    out: Bus,
    send: Bus,
    line: Bus,
    memory: Rows,
    rows: Rows,
    at: int,
    since: int,
    old: int,
    new: int,
    into: int,
    of: int,
) -> float:
    """Add the echoes of ``send`` to ``out`` (frames, 2); returns the largest value written into the line.

    line (length, 2): a ring, where frame f lies at f % length; at: the frame of row 0; since: what is older counts as
    silence; old, new: frames of delay, faded from one to the other, ``into`` frames of ``of`` done; rows (frames, 4):
    feedback, coefficient of the low-pass and of the low cut in the loop, level; memory (2, 2): the two one-poles.
    """
    length = line.shape[0]
    loudest = 0.0
    for i in range(out.shape[0]):
        t = min(1.0, max(0.0, (into + i) / of))
        a, b = at + i - old, at + i - new
        for c in range(2):
            x = line[b % length, c] * t if b >= since else 0.0
            if t < 1.0 and a >= since:
                x += line[a % length, c] * (1.0 - t)
            memory[0, c] += rows[i, 1] * (x - memory[0, c])
            memory[1, c] += rows[i, 2] * (memory[0, c] - memory[1, c])
            y = memory[0, c] - memory[1, c]
            out[i, c] += rows[i, 3] * y
            x = send[i, c] + rows[i, 0] * y
            line[(at + i) % length, c] = x
            loudest = max(loudest, abs(x))
        if (at + i + 1) % STEP == 0:
            for c in range(2):
                for k in range(2):
                    if abs(memory[k, c]) < FAINT:
                        memory[k, c] = 0.0
    return loudest


def reverb(
    out: Bus, send: Bus, lines: Rows, memory: Rows, rows: Rows, sway: Rows, delays: Counts, at: int, mask: int
) -> float:
    """Add the reverberation of ``send`` to ``out`` (frames, 2); returns the largest value written into a line.

    A feedback delay network (Jot and Chaigne, AES 90, 1991) of ``LINES`` lines and a Hadamard matrix after a pre-delay
    and ``STAGES`` all-passes a side. lines (2 + 2 STAGES + LINES, more than mask): rings, where frame f lies at
    f & mask; delays: theirs; sway (steps, LINES): what is added to the delays of the network at the beginning of each
    step of ``STEP`` frames, read between samples by Catmull-Rom; rows (frames, 2 LINES + 2): gains and poles of the
    losses in each line, coefficient of the low cut, level; memory (2, LINES): the losses' one-poles, the low cut's.
    """
    loudest = 0.0
    phase = at % STEP
    for i in range(out.shape[0]):
        w, step = (phase + i) % STEP / STEP, (phase + i) // STEP
        for c in range(2):
            x = send[i, c]
            low = memory[1, c] + rows[i, 2 * LINES] * (x - memory[1, c])
            memory[1, c] = low if abs(low) > FAINT else 0.0
            x -= memory[1, c]
            lines[c, (at + i) & mask] = x if abs(x) > FAINT else 0.0
            x = lines[c, (at + i - delays[c]) & mask]
            for s in range(STAGES):
                k = 2 + STAGES * c + s
                gain = 0.7 if s < 2 else 0.6
                z = lines[k, (at + i - delays[k]) & mask]
                v = x + gain * z
                lines[k, (at + i) & mask] = v if abs(v) > FAINT else 0.0
                x = z - gain * v
            memory[1, 2 + c] = x
        left = right = 0.0
        for j in range(LINES):
            k = 2 + 2 * STAGES + j
            back = delays[k] + sway[step, j] + (sway[step + 1, j] - sway[step, j]) * w
            whole = int(back)
            f = back - whole
            p = at + i - whole
            y0, y1 = lines[k, (p + 1) & mask], lines[k, p & mask]
            y2, y3 = lines[k, (p - 1) & mask], lines[k, (p - 2) & mask]
            cubic = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
            square = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
            x = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + y1
            x = rows[i, j] * x + rows[i, LINES + j] * memory[0, j]
            memory[0, j] = x if abs(x) > FAINT else 0.0
            lines[k, (at + i) & mask] = memory[0, j]
            left += memory[0, j] if (j >> 1) & 1 == 0 else -memory[0, j]
            right += memory[0, j] if (j >> 2) & 1 == 0 else -memory[0, j]
        out[i, 0] += rows[i, 2 * LINES + 1] * left
        out[i, 1] += rows[i, 2 * LINES + 1] * right
        width = 1
        while width < LINES:
            for j in range(LINES):
                if j & width == 0:
                    k, m = 2 + 2 * STAGES + j, 2 + 2 * STAGES + j + width
                    a, b = lines[k, (at + i) & mask], lines[m, (at + i) & mask]
                    lines[k, (at + i) & mask] = a + b
                    lines[m, (at + i) & mask] = a - b
            width *= 2
        for j in range(LINES):
            k = 2 + 2 * STAGES + j
            x = lines[k, (at + i) & mask] * 0.25
            x += memory[1, 2 + (j & 1)] * (0.3535533905932738 if (j >> 3) & 1 == 0 else -0.3535533905932738)
            lines[k, (at + i) & mask] = x if abs(x) > FAINT else 0.0
            loudest = max(loudest, abs(x))
    return loudest
