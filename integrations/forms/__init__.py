"""Forms: they check shape, and say what was chosen or touched."""
