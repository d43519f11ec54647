"""The judge of the pages' HTML, by pages that are wrong in one way each."""

import pytest

from tests.support.markup import problems

GOOD = """<!DOCTYPE html>
<html lang="en"><head><title>x</title></head><body><main id="main">
<h1>Heading</h1><p>Words <a href="#main">up</a><br></p>
<dl><div><dt>Name</dt><dd><p>What</p></dd></div></dl>
<table><caption>Rows</caption><thead><tr><th scope="col">A</th></tr></thead></table>
<form><fieldset><legend><h2>Group</h2></legend><label for="a">A</label><input id="a"></fieldset>
</form>
<svg width="1" height="1"><rect width="1" height="1" /></svg>
</main></body></html>"""


def test_a_good_page_has_nothing_wrong() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("<!DOCTYPE html>", "", "does not begin with"),
        ("</dl>", "", "ends inside"),
        ("</body>", "</div></body>", "<div> ends inside"),
        ("<p>Words", "<p><div></div>Words", "<div> is a block inside <p>"),
        ("<h1>Heading", "<h1><p>Heading</p>", "<p> is a block inside <h1>"),
        ("<dd>", "<dd><li></li>", "<li> is not for <dd>"),
        ("<dl>", "<dl>words", "words in <dl>"),
        ("<dl>", "<dl><p></p>", "<p> is not for <dl>"),
        ("up</a>", "<button>up</button></a>", "<button> is to be pressed inside"),
        ("</form>", "<form></form></form>", "<form> is inside another"),
        ('for="a"', 'for="b"', "nothing has the id 'b'"),
        ('href="#main"', 'href="#other"', "nothing has the id 'other'"),
        ('<input id="a">', '<input id="main">', "the id 'main' is there 2 times"),
        ("<br>", "<br></br>", "<br> has an end tag"),
        ("<br>", "<div />", "<div> closes itself"),
        ("<br>", '<img src="x">', "<img> has no alt"),
        ("<br>", '<em style="color: red"></em>', "its style or script in an attribute"),
        ("<br>", '<em class="a" class="b"></em>', "<em> has an attribute twice"),
        ("</main></body></html>", "", "<main> is never closed"),
    ],
)
def test_it_sees_what_is_wrong(before: str, after: str, says: str) -> None:
    assert before in GOOD

    found = problems(GOOD.replace(before, after, 1))

    assert any(says in told for told in found), found
