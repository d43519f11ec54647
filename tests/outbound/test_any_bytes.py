"""No bytes make it raise anything but its own errors."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from focusadmin.outbound import (
    OutboundError,
)
from tests.outbound.rawserver import (
    CHUNKED,
    RawServer,
    head,
    send,
)

RAW = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=100).map(lambda body: b"HTTP/1.1 200 OK\r\n" + body),
    st.binary(max_size=100).map(lambda body: CHUNKED + body),
    st.binary(max_size=50).map(lambda text: head(b"Location: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Set-Cookie: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Content-Type: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Content-Encoding: gzip") + text),
)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(b"HTTP/1.1 301 Moved\r\nLocation: \xff\r\n\r\n")
@given(RAW)
def test_it_turns_any_bytes_into_an_answer_or_one_of_its_errors(
    server: RawServer, answer: bytes
) -> None:
    server.say(answer)

    try:
        found = send(server.url)
    except OutboundError as error:
        assert error.detail
    else:
        assert 200 <= found.status <= 599
