"""What all tests share: property tests have no deadline, because machines are shared and time proves nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("liveriff", deadline=None)
settings.load_profile("liveriff")
