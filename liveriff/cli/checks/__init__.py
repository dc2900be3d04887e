"""What `liveriff doctor` looks at: one function a check, each says what it found and what to do about it.

finding: what a check answers; remedies: what may be done, a sentence each; careful: checks that may hang, each in a
program of its own; table: all of them, in order.
"""
