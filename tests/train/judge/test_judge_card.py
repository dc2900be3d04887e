"""The model card's table says what the figures say."""

from __future__ import annotations

from liveriff.train.judge.card import card

LOOPS = {"category_right": 0.5, "style_right": 0.25, "in_key": 0.91, "key_notes": 0.8, "onset_offset_ms": 3.21,
         "density_agreement": 0.5, "brightness_agreement": 0.6, "seam_median": 0.3}  # fmt: skip
SHOTS = {"shots": 64.0, "category_right": 1.0, "attack_ms": 0.5, "hat_rolloff_hz": float("nan")}
SETS = ("material", "codec", "generated")


def figures(**others: object) -> dict[str, object]:
    """Figures that are alike for all sets but for the distances."""
    return {
        "samples": 256, "steps": 4, "guidance": 3.0,
        "loops": dict.fromkeys(SETS, LOOPS), "shots": dict.fromkeys(SETS, SHOTS),
        "distance": {"ear": {name: {"kad": number} for number, name in enumerate(SETS)}},
        "decks": {**dict.fromkeys(SETS, 0.8), "material mix": 0.9},
        **others,
    }  # fmt: skip


def test_the_table_holds_shares_times_and_what_is_not_known() -> None:
    text = card(figures())
    assert "256 loops and 64 one-shots, 4 steps, guidance 3" in text
    assert "| category heard right | 50 % | 50 % | 50 % |" in text
    assert "distance from the grid | 3.2 ms | 3.2 ms | 3.2 ms |" in text
    assert "hats below | - | - | - |" in text
    assert "the judge's own embedding | 0.00 | 1.00 | 2.00 |" in text
    assert "Copies" not in text


def test_copies_and_times_are_told_where_they_were_measured() -> None:
    copies = {"training_items": 60000.0, "nearest": 5.0, "material_1st_percentile": 4.0, "nearer_than_threshold": 0.0}
    names = ("two_bars_p50_s", "two_bars_p95_s", "times_real_time", "strip_of_5_s", "pads_16_s", "load_s", "weights_mb")
    text = card(figures(copies=copies, time=dict.fromkeys(names, 0.5)))
    assert "of 60000 training loops the nearest to a sample lies 5.0 grey levels away" in text
    assert "Two bars at 120 BPM: 0.50 s" in text
