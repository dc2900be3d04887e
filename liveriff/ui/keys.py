"""Every key and what it does, in one table: bindings, footer, command palette and help page are views of it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """keys: as Textual names them, separated by commas; action: of the app; name: for the footer; about: a sentence;
    where: heading on the help page; shown: in the footer."""

    keys: str
    action: str
    name: str
    about: str
    where: str = "Everywhere"
    shown: bool = False


VIEWS = ("play", "mixer", "pads", "browser", "controllers", "health", "help")
"""In the order of their keys."""
_VIEW_KEYS = ("f2", "f3", "f4", "f5", "f6", "f7", "f1,question_mark")
_VIEW_ABOUT = (
    "Decks with their queues and spectrograms.",
    "Levels, equalisers, sends, cues and sides of all decks.",
    "Pads, bank by bank.",
    "Scenes, presets and prompt banks.",
    "What controllers send, and learning them.",
    "How the machine feels, and what it said.",
    "This page.",
)

HAND = "The deck in hand"
KEYS: tuple[Key, ...] = (
    *(
        Key(key, f"view('{name}')", name.capitalize(), about, "Views", shown=True)
        for name, key, about in zip(VIEWS, _VIEW_KEYS, _VIEW_ABOUT, strict=True)
    ),
    Key("space", "switch('/play')", "Play", "Start or stop the transport.", shown=True),
    Key("t", "pull('/tempo/tap')", "Tap", "Tap the tempo; four taps are enough."),
    Key("minus,underscore", "nudge('/tempo/bpm', -1)", "Slower", "Tempo down a step."),
    Key("plus,equals_sign", "nudge('/tempo/bpm', 1)", "Faster", "Tempo up a step."),
    Key("comma", "pull('/tempo/nudge', 0.02)", "Later", "Push the beat a little later."),
    Key("full_stop", "pull('/tempo/nudge', -0.02)", "Earlier", "Pull the beat a little earlier."),
    Key("g", "nudge('/quantum', 1)", "Grid", "Next grid that changes wait for.", shown=False),
    Key("ctrl+z,u", "pull('/undo')", "Undo", "Take back the last gesture.", shown=True),
    Key("ctrl+y,U", "pull('/redo')", "Redo", "Do again what was taken back."),
    Key("R", "switch('/record')", "Record", "Start or stop recording.", shown=True),
    Key("P", "pull('/panic')", "Panic", "Silence everything, at once.", shown=True),
    Key("1,2,3,4,5,6,7,8,9,0", "pad_key", "Pads", "Hit pads 1 to 10.", "Pads"),
    Key("left_square_bracket", "deck(-1)", "Deck", "Take the deck to the left into the hand.", HAND),
    Key("right_square_bracket", "deck(1)", "Deck", "Take the deck to the right into the hand.", HAND),
    Key("e", "prompt('a')", "Prompt", "Write prompt a; Enter plays it.", HAND, shown=True),
    Key("E", "prompt('b')", "Prompt b", "Write prompt b.", HAND),
    Key("n", "deck_pull('next')", "Next", "Another variation.", HAND, shown=True),
    Key("f", "deck_pull('fill')", "Fill", "Play a fill up to the next bar.", HAND),
    Key("b", "deck_pull('back')", "Back", "Return to the sound heard before.", HAND),
    Key("x", "deck_pull('swap')", "Swap", "Prompts a and b change places.", HAND),
    Key("o", "deck_hold('loop')", "Loop", "Repeat the beats under the playhead; again: let them go.", HAND),
    Key("left_parenthesis", "deck_pull('loop/halve')", "Halve", "Halve the loop.", HAND),
    Key("right_parenthesis", "deck_pull('loop/double')", "Double", "Double the loop.", HAND),
    Key("r", "deck_hold('repeat')", "Repeat", "Repeat a short slice; again: let it go.", HAND),
    Key("y", "deck_ask('copy')", "Copy", "Take the sound of another deck, by its number.", HAND),
    Key(
        "i",
        "deck_cycle('source')",
        "Source",
        "What new chunks start from: none, the last one, a deck, a file, the input.",
        "The deck in hand",
    ),
    Key("z", "deck_toggle('freeze')", "Freeze", "Keep the present loop.", HAND),
    Key("m", "deck_toggle('mute')", "Mute", "Silence the deck; its loop runs on.", HAND),
    Key("s", "deck_toggle('solo')", "Solo", "Silence the decks that are not soloed.", HAND),
    Key("q", "deck_toggle('cue')", "Cue", "Hear it in the headphones.", HAND),
    Key("h", "deck_kill('low')", "Kill low", "Take the low band out; again: put it back.", HAND),
    Key("j", "deck_kill('mid')", "Kill mid", "Take the middle band out; again: put it back.", HAND),
    Key("k", "deck_kill('high')", "Kill high", "Take the high band out; again: put it back.", HAND),
    Key("left_curly_bracket", "deck_nudge('alpha', -5)", "To a", "Morph towards prompt a.", HAND),
    Key("right_curly_bracket", "deck_nudge('alpha', 5)", "To b", "Morph towards prompt b.", HAND),
    Key("c", "deck_nudge('category', 1)", "Role", "Next role: drums, bass, synth, mix.", HAND),
    Key(
        "D",
        "dials",
        "Dials",
        "More settings of the decks or the pads, where there is no room for all.",
        "The deck in hand",
    ),
    Key("less_than_sign", "nudge('/master/crossfader', -5)", "Side a", "Crossfade towards side a."),
    Key("greater_than_sign", "nudge('/master/crossfader', 5)", "Side b", "Crossfade towards side b."),
    Key("l", "learn", "Learn", "Learn a control for what has the focus.", "Controllers", shown=True),
    Key("L", "learn_do('accept')", "Accept", "While learning: bind the control that was moved.", "Controllers"),
    Key("X", "learn_do('clear')", "Clear", "While learning: take the bindings away.", "Controllers"),
    Key("J", "learn_do('undo')", "Take back", "While learning: take back the last of both.", "Controllers"),
    Key("I", "learn_do('invert')", "Invert", "While learning: turn the control round.", "Controllers"),
    Key(
        "W",
        "learn_do('takeover')",
        "Takeover",
        "While learning: how it takes over.",
        "Controllers",
    ),
    Key("escape", "learn_end", "End", "End learning.", "Controllers"),
    Key("ctrl+p", "command_palette", "Find", "Find any parameter, view, scene or theme by name.", "Everywhere"),
    Key("ctrl+t", "next_theme", "Theme", "Next theme.", "Screen"),
    Key("ctrl+d", "detach", "Detach", "Leave the screen; the music goes on.", "Screen", shown=True),
    Key("ctrl+q", "quit_music", "Quit", "End the music; press twice.", "Screen", shown=True),
)
"""Keys of knobs, faders and the pads' grid are declared by those widgets; the help page asks them."""


def bindings() -> list[BindingType]:
    """For Textual's ``BINDINGS``."""
    found: list[BindingType] = []
    for key in KEYS:
        if key.action != "pad_key":
            found.append(Binding(key.keys, key.action, key.name, show=key.shown, tooltip=key.about))
    found += [Binding(digit, f"hit_place({int(digit) or 10})", show=False) for digit in "1234567890"]
    return found
