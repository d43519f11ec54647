"""Strategies for JSON as text: odd numbers, escapes, white space and duplicates included."""

import json

from hypothesis import strategies as st

SPACE = st.text(" \t\n\r", max_size=2)
NUMBERS = st.sampled_from(
    ["0", "-0", "1.10", "1e400", "-1E+2", "1e-9", "12345678901234567890", "9" * 5000, "0.0"]
) | st.integers().map(str)
STRINGS = (
    st.text(max_size=8).map(json.dumps)
    | st.text(max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False))
    | st.sampled_from(
        [r'"\u0000"', r'"\ud83d"', r'"\/\b\f\n\r\t\"\\"', r'"\\"', '"}],{["', r'"\\\""', '":,"']
    )
)
SCALARS = STRINGS | NUMBERS | st.sampled_from(["true", "false", "null"])


@st.composite
def spaced(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    return draw(SPACE) + draw(inner) + draw(SPACE)


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    entries = st.lists(spaced(inner), max_size=4)
    return entries.map(lambda parts: f"[{','.join(parts)}]") | SPACE.map(lambda gap: f"[{gap}]")


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = STRINGS | st.sampled_from(['"name"', r'"n\u0061me"', '"selected"', '"Name"'])
    members = draw(st.lists(st.tuples(spaced(names), spaced(inner)), max_size=5))
    if not members:
        return "{" + draw(SPACE) + "}"
    return "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"


VALUES = st.recursive(SCALARS, lambda inner: arrays(inner) | objects(inner), max_leaves=12)
OBJECTS = objects(VALUES)
