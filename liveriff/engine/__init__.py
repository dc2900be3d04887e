"""The conductor: owns the registry, the plan, the slots and the children. Imports neither torch nor Textual."""
