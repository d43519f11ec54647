"""The environments that settings are read under outside of a real installation."""

import os
from collections.abc import Mapping

TESTS = {
    "FOCUSADMIN_ENV_FILE": "",
    "SECRET_KEY": "for-tests-only-" + "0123456789abcdef" * 3,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "DEBUG": "false",
    "LOG_LEVEL": "INFO",
    "TIME_ZONE": "UTC",
    "SIGN_IN": "local",
    "FOCUS_API_URL": "http://127.0.0.1:9/api",
    "FOCUS_API_KEY": "toggl_sk_" + "5a" * 16,
    # 32 bytes that say what they are for, in base64.
    "FOCUS_ENCRYPTION_KEYS": "Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1rZXktMDA=",
    "FOCUS_WORKSPACES": "Example Studio=5500001/4400001; Field work=4400002",
    "FOCUS_CONSENT_ORIGINS": "http://localhost:9",
}

PRODUCTION = TESTS | {
    "SECRET_KEY": "B7#kq9!mZx2@Lw4^Rt6&Yv8*Np1(Hs3)Jd5_Gf0-Cb+Ae=QuTo",
    "PUBLIC_URL": "https://focusadmin.example.com",
    "PASSWORD_SIGN_IN_ACCEPTED": "true",
    "FOCUS_API_URL": "https://focus.toggl.com/api",
    "FOCUS_CONSENT_ORIGINS": "https://accounts.google.com https://login.microsoftonline.com",
}


def use(environment: Mapping[str, str]) -> None:
    """Make ``environment`` the one that settings will read; nothing of ours in the shell stays.

    ``DATABASE_URL`` alone is taken as it comes, so that the data layer also runs on PostgreSQL.
    """
    for name in list(os.environ):
        if name.startswith("FOCUS") or name.removesuffix("_FILE") in environment:
            del os.environ[name]
    os.environ.update(environment)
