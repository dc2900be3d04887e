"""Where bindings come from, and which stand above which. Pure; one thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from liveriff.control.mapping.bindings import NOTHING, Binding
from liveriff.control.mapping.files import merge


@dataclass(frozen=True)
class Sources:
    """default: the default map; own: the performer's, kept in a file; scene: of the scene; learnt: those of ``own``
    that were learnt since the scene came, and therefore stand above it until another comes."""

    default: tuple[Binding, ...] = ()
    own: tuple[Binding, ...] = ()
    scene: tuple[Binding, ...] = ()
    learnt: tuple[Binding, ...] = ()

    @property
    def merged(self) -> tuple[Binding, ...]:
        """What holds."""
        return merge(self.default, self.own, self.scene, self.learnt)

    def learn(self, binding: Binding) -> Sources:
        """One more of the performer's own."""
        return replace(self, own=merge(self.own, [binding]), learnt=merge(self.learnt, [binding]))

    def with_own(self, own: tuple[Binding, ...]) -> Sources:
        """The file was changed from elsewhere."""
        return replace(self, own=own, learnt=tuple(each for each in self.learnt if each in own))

    def with_scene(self, scene: tuple[Binding, ...]) -> Sources:
        """Another scene came."""
        return replace(self, scene=scene, learnt=())

    def bound(self, target: str = "", control: str = "") -> tuple[Binding, ...]:
        """What moves a target, or is done by a control."""
        return tuple(each for each in self.merged if _is_of(each, target, control))

    def clear(self, target: str = "", control: str = "", deep: bool = True) -> Sources:
        """Without the bindings of a target, or of a control, of the performer and (until it comes again) of the scene.

        ``deep``: what the default map binds does nothing either, from now on: an action "none" of the performer's
        stands in its place.
        """
        left = replace(
            self,
            own=_without(self.own, target, control),
            scene=_without(self.scene, target, control),
            learnt=_without(self.learnt, target, control),
        )
        lasting = replace(left, scene=(), learnt=())
        dead = [_dead(each) for each in lasting.bound(target, control)] if deep else []
        return replace(left, own=merge(left.own, dead))

    def whose(self, binding: Binding) -> str:
        """Whose binding it is: "yours", "scene" or "default"."""
        if binding in self.scene and binding not in self.learnt:
            return "scene"
        return "yours" if binding in self.own else "default"


def _is_of(binding: Binding, target: str, control: str) -> bool:
    same = binding.target == target != "" or binding.control == control != ""
    return same and binding.action != NOTHING


def _without(bindings: Iterable[Binding], target: str, control: str) -> tuple[Binding, ...]:
    return tuple(each for each in bindings if not _is_of(each, target, control))


def _dead(binding: Binding) -> Binding:
    return Binding(binding.control, action=NOTHING, device=binding.device, layer=binding.layer)
