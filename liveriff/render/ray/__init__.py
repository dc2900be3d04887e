"""Renderers of a Ray cluster: the actor that lives there, and the process here that speaks with it.

Installed with ``liveriff[ray]``; nothing but ``cluster`` imports ray, and that only when it is used.
"""
