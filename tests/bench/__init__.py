"""How fast it is, always beside something else: ``python -m tests.bench``."""
