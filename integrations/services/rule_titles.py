"""When two titles are the same, as far as anybody outside of Toggl knows.

Focus compares *normalised* titles and does not publish how. What was seen is that spaces around a
title and its case make no difference; so that is what we go by, and every page that tells something
by it says so. Should Focus see more titles as one than we do, its answer to a new rule shows it
(``rules.add``).
"""


def folded(title: str) -> str:
    """Return a title as titles are compared: trimmed, without its case."""
    return title.strip().casefold()
