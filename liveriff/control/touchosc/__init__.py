"""A TouchOSC layout made from the parameter table: ``layout`` builds it as data, ``tosc`` writes the file's bytes.

Pure, no I/O: a layout is a tree of ``Node``. ``binding`` alone knows how a parameter meets a control, ``widgets`` what
a control looks like, ``pages_*`` where it stands; ``writer`` alone knows the file format. Any thread may call it.
"""

from liveriff.control.touchosc.layout import layout
from liveriff.control.touchosc.picture import pictures
from liveriff.control.touchosc.show import PHONE, SIZES, TABLET, Show, Size
from liveriff.control.touchosc.writer import tosc

__all__ = ["PHONE", "SIZES", "TABLET", "Show", "Size", "layout", "pictures", "tosc"]
