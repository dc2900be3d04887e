"""The player: a program of its own that mixes four decks and feeds the sink. It never waits for anybody."""
