"""A set at a glance: the log of a performance drawn on one page. Pure but for pillow; the engine never imports it."""
