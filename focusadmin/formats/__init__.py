"""How days and moments are written in each language: Django reads the modules in here by name."""
