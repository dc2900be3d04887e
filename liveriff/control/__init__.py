"""The rim: everything that a performer's hands, tablets and other machines say to the instrument, and what is shown
back to them. Runs in the engine's process; knows the parameters, never the decks."""
