"""The instrument declared once: kinds and curves, the table, the registry, its documents. Imports no other room."""
