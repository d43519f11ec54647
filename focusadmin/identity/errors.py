"""Why a request is nobody's."""


class SignInError(Exception):
    """A request whose sender is not known.

    ``reason`` is a slug such as ``expired``; ``detail`` is one sentence for the operator, which
    holds no token, secret, key or value of a header.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
