"""The report as one page that needs nothing else: no script, no font, no picture from elsewhere. Pure."""

from __future__ import annotations

from html import escape

from liveriff.drill.outcome import FAILED, PASSED, SKIPPED, Killed, Outcome, Report
from liveriff.drill.picture import picture
from liveriff.drill.words import figures, machine, summary

STYLE = """
:root{--ink:#1c2733;--paper:#fbfbf9;--soft:#6b7785;--line:#dfe3e6;--wave:#3c6e9e;--good:#2f7d4f;--bad:#b3372f;--skip:#8a6d1f;
--fault:#f3d9a4}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--paper:#14191f;--soft:#93a0ad;--line:#2b343d;--wave:#6fa8dc;
--good:#64c08a;--bad:#f08a80;--skip:#d9b95c;--fault:#5a4620}}
body{margin:0 auto;max-width:52rem;padding:2rem 1rem 4rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:0}p{margin:.3rem 0}
section{border-top:1px solid var(--line);padding:1.1rem 0}svg{width:100%;height:auto;margin:.5rem 0}
.soft{color:var(--soft)}.verdict{float:right;font-weight:600}.passed{color:var(--good)}.failed{color:var(--bad)}
.skipped{color:var(--skip)}.wave{fill:var(--wave)}.fault{fill:var(--fault)}.hole{fill:var(--bad);opacity:.55}
.told{fill:var(--ink)}.missed{stroke:var(--soft);stroke-dasharray:2}svg text{fill:var(--soft);font-size:10px}
table{border-collapse:collapse;margin:.6rem 0}td{padding:.1rem 1rem .1rem 0;vertical-align:top}
td:nth-child(2){font-variant-numeric:tabular-nums}ul{margin:.3rem 0;padding-left:1.2rem}details{margin-top:.3rem}
"""


def page(report: Report) -> str:
    """HTML of the whole report."""
    sections = "".join(_fault(outcome) for outcome in report.faults) + _kills(report.kills)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>liveriff: fault drill</title>'
        f"<style>{STYLE}</style></head><body><h1>Fault drill</h1>"
        f"<p>{escape(summary(report))}</p>"
        f'<p class="soft">{escape(machine(report))}</p>'
        '<p class="soft">Each picture is the level of what was heard, in decibels: shaded while the fault lasts, red '
        "where there is silence, a dot for each sentence that the performer was told.</p>"
        f"{sections}</body></html>\n"
    )


def _fault(outcome: Outcome) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in outcome.why)
    body = f"<ul>{reasons}</ul>" if reasons else ""
    if outcome.verdict != SKIPPED:
        rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in figures(outcome))
        body += f"{picture(outcome)}<table>{rows}</table>{_told(outcome)}"
    return (
        f'<section id="{outcome.name}"><span class="verdict {outcome.verdict}">{outcome.verdict}</span>'
        f'<h2>{escape(outcome.name)}</h2><p>{escape(outcome.sentence)} <span class="soft">{escape(outcome.expected)}'
        f"</span></p>{body}</section>"
    )


def _told(outcome: Outcome) -> str:
    lines = "".join(f"<li>{second:.1f} s: {escape(text)}</li>" for second, text in outcome.told if second >= 0)
    return f"<details><summary>What the performer was told</summary><ul>{lines}</ul></details>" if lines else ""


def _kills(kills: list[Killed]) -> str:
    if not kills:
        return ""
    bad = [kill for kill in kills if kill.left or kill.wrong]
    counts: dict[str, int] = {}
    for kill in kills:
        counts[kill.victim] = counts.get(kill.victim, 0) + 1
    victims = ", ".join(f"{victim} {count}" for victim, count in sorted(counts.items()))
    lines = "".join(
        f"<li>kill {kill.number} ({escape(kill.victim)}): {escape('; '.join([*kill.wrong, *kill.left]))}</li>"
        for kill in bad
    )
    verdict = FAILED if bad else PASSED
    return (
        f'<section id="kills"><span class="verdict {verdict}">{verdict}</span><h2>{len(kills)} random kills</h2>'
        f"<p>Victims: {escape(victims)}. After {len(kills) - len(bad)} of them nothing stayed behind.</p>"
        f"<ul>{lines}</ul></section>"
    )
