"""A container that says itself where its children go: a plan of regions by name, recomputed when its size changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.widget import Widget

Plan = Mapping[str, Region]


class PlacedLayout(Layout):
    """Puts each child where its parent's ``plan`` has its name; what the plan leaves out is not shown."""

    name = "placed"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        """As Textual asks."""
        plan: Plan = parent.plan(size.width, size.height) if isinstance(parent, Placed) else {}
        return [
            WidgetPlacement(plan[_name(child)], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if _name(child) in plan
        ]


PLACED = PlacedLayout()


if TYPE_CHECKING:
    Beside = Widget
else:
    Beside = object  # Textual takes style, keys and focus from the first base that is a widget


class Placed(Beside):
    """Mix in before another widget. Children are planned by their ``name``, or ``id``."""

    def plan(self, width: int, height: int) -> Plan:
        """Where children go, for a size in cells."""
        raise NotImplementedError

    @property
    def layout(self) -> Layout:
        """This one."""
        return PLACED

    def replan(self) -> None:
        """The plan is another though the size is not."""
        for child in self.children[:1]:  # Textual forgets an arrangement only when a child asks
            child.refresh(layout=True)

    def show_planned(self, width: int, height: int) -> None:
        """Take what has no place off the way of the Tab key. Call when the size changes."""
        plan = self.plan(width, height)
        for child in self.children:
            if _name(child):
                child.display = _name(child) in plan


def _name(child: Widget) -> str:
    return child.name or child.id or ""
