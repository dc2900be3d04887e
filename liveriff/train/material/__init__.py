"""Training material: loops and one-shots made by rule from a seed, with captions that say what was played."""
