"""What each control of a controller does: bindings, layers, takeover, fire modes, learning, and what the lights show.

``mapping.Mapping`` is the door; all below it is pure, with time as an argument.
"""
