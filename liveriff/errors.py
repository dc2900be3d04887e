"""The one exception tree.

LiveriffError
├── UsageError     what a person typed or a file said is wrong: exit code 2
├── ModelError     weights or a backend cannot be used
└── DeviceError    sound cannot get out: no device, a wrong rate, a full disk

Every message is one sentence that says what is wrong, where, and what to do.
"""


class LiveriffError(Exception):
    """Something a person can mend; the message is one sentence for them."""


class UsageError(LiveriffError):
    """Input typed or written in a file that cannot be used."""


class ModelError(LiveriffError):
    """A model's weights or its backend cannot be used."""


class DeviceError(LiveriffError):
    """The sink cannot take sound."""
