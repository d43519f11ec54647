"""The only settings file, and the only reader of the environment.

Every variable is explained in ``.env.example``. What is missing or malformed is collected and
stops the start with one message (``ConfigurationError``).
"""

import os
from datetime import timedelta
from pathlib import Path

from environ.fileaware_mapping import FileAwareMapping

from focusadmin import addresses, config, logs, mail, parsers, policy
from focusadmin.identity import peers, reading, role_reading
from focusadmin.identity.configuration import Local, SignIn, TrustedPeers

BASE_DIR = Path(__file__).resolve().parent.parent

# Not through FileAwareEnv itself, which takes "$NAME" for the name of another variable.
_read = config.Reader(FileAwareMapping(os.environ, cache=False), known={"FOCUSADMIN_ENV_FILE"})
_default = BASE_DIR / ".env"
_env_file = os.environ.get("FOCUSADMIN_ENV_FILE", str(_default) if _default.exists() else "")
if _env_file:
    _read.load(Path(_env_file))

# --- Who and where we are -----------------------------------------------------------------------

SECRET_KEY = _read.parse("SECRET_KEY", parsers.secret_key, "50-random-characters")
PUBLIC_URL = _read.parse("PUBLIC_URL", addresses.origin, "https://focusadmin.example.com")
#: Whether this is the demo, which shows the style page.
DEMO = _read.parse("FOCUSADMIN_DEMO", parsers.strict_bool, "true", default="false")
DEBUG = _read.parse("DEBUG", parsers.strict_bool, "false", default="false")
TIME_ZONE = _read.parse("TIME_ZONE", parsers.time_zone, "Europe/Berlin", default="UTC")
#: Of mails, and of pages where neither person nor browser asks for one.
LANGUAGE_CODE = _read.parse("DEFAULT_LANGUAGE", parsers.one_of(("en", "de")), "de", default="en")
LOG_LEVEL = _read.parse("LOG_LEVEL", parsers.log_level, "INFO", default="INFO")
#: What Prometheus proves itself by; without it there is no /metrics.
METRICS_TOKEN = _read.optional("METRICS_TOKEN", parsers.token, "32-random-characters") or ""
#: Where the processes of one machine count together.
PROMETHEUS_MULTIPROC_DIR = _read.optional(
    "PROMETHEUS_MULTIPROC_DIR", parsers.folder, "/var/lib/focusadmin/metrics"
)
LOG_FORMAT = _read.parse("LOG_FORMAT", parsers.one_of(logs.FORMATS), "json", default="text")
NOTICE, NOTICE_URL = _read.text("FOCUSADMIN_NOTICE"), _read.text("FOCUSADMIN_NOTICE_URL")
#: What is kept here: the database, unless it is elsewhere, its backups, the static files.
DATA_DIR = Path(_read.optional("DATA_DIR", parsers.absolute, "/data") or BASE_DIR / "var")
_static_root = _read.text("STATIC_ROOT", str(DATA_DIR / "static"))
_database = _read.parse(
    "DATABASE_URL",
    parsers.database,
    "postgres://focusadmin:password@db.example.com/focusadmin",
    default=f"sqlite:///{DATA_DIR / 'focusadmin.sqlite3'}",
)

# --- Who is asking ------------------------------------------------------------------------------

#: Whose X-Forwarded-For counts, and whose headers where they say who is asking.
TRUSTED_PEERS = _read.optional("TRUSTED_PROXIES", peers.parse, "unix 10.1.2.3/32") or TrustedPeers()
SIGN_IN: SignIn = reading.sign_in(_read, TRUSTED_PEERS, PUBLIC_URL)
#: Where the company sign-on ends; empty where it has no such page.
SIGN_OUT_URL = _read.optional(
    "SIGN_OUT_URL", reading.sign_out_url, "/oauth2/sign_out"
) or reading.sign_out_default(SIGN_IN)
#: Where a form may be led on to: the company's sign-in, when the proxy's session has expired.
CSP_FORM_ACTION_EXTRA = (
    _read.optional("CSP_FORM_ACTION_EXTRA", addresses.origins, "https://login.example.com")
    or frozenset()
)

# Passwords where people work are said on every page, quietly once the operator accepts them.
PASSWORDS_IN_PRODUCTION = isinstance(SIGN_IN, Local) and (PUBLIC_URL or "").startswith("https://")
PASSWORD_SIGN_IN_ACCEPTED = _read.parse(
    "PASSWORD_SIGN_IN_ACCEPTED", parsers.strict_bool, "true", default="false"
)

# What earns a role.
ROLES = role_reading.rules(_read)
CONTACT = _read.text("FOCUSADMIN_CONTACT")

# --- Toggl Focus --------------------------------------------------------------------------------

FOCUS_API_URL = _read.parse(
    "FOCUS_API_URL", addresses.api_url, "https://focus.toggl.com/api", "https://focus.toggl.com/api"
)
FOCUS_API_KEY = _read.text("FOCUS_API_KEY")
FOCUS_EMAIL, FOCUS_PASSWORD = _read.text("FOCUS_EMAIL"), _read.text("FOCUS_PASSWORD")
#: Empty, like the key, until an operator has followed the set-up page.
FOCUS_WORKSPACES = (
    _read.optional("FOCUS_WORKSPACES", parsers.workspaces, "Studio=5500001/4400001; 4400002") or ()
)
FOCUS_PROVIDERS = _read.parse(
    "FOCUS_PROVIDERS",
    parsers.providers,
    "Google=google; Outlook=outlook",
    default="Google=google; Outlook=outlook",
)
FOCUS_CONSENT_ORIGINS = _read.parse(
    "FOCUS_CONSENT_ORIGINS",
    addresses.origins,
    "https://accounts.google.com https://login.microsoftonline.com",
    default="https://accounts.google.com https://login.microsoftonline.com",
)
FOCUS_PROXY_URL = _read.optional(
    "FOCUS_PROXY_URL", addresses.proxy, "http://proxy.example.com:3128"
)
FOCUS_CA_BUNDLE = _read.optional(
    "FOCUS_CA_BUNDLE", parsers.certificates, "/etc/ssl/certs/company.pem"
)
#: Encrypt people's own keys; the first one what is stored from now on. Empty: none can be stored.
FOCUS_ENCRYPTION_KEYS: tuple[bytes, ...] = (
    _read.optional("FOCUS_ENCRYPTION_KEYS", parsers.encryption_keys, "new,old") or ()
)

# --- Changes ------------------------------------------------------------------------------------

#: Seconds after which a write, or a batch, whose process is gone is taken up by others.
WRITE_LEASE = _read.parse("WRITE_LEASE", parsers.whole(15, 600), "30", default="30")
#: Requests of a batch that are under way at once through one key.
BATCH_IN_FLIGHT = _read.parse("BATCH_IN_FLIGHT", parsers.whole(1, 32), "4", default="4")
#: Percent of the hour's requests that a batch leaves to the key's owner.
BATCH_RESERVE = _read.parse("BATCH_RESERVE", parsers.whole(0, 90), "10", default="10")
#: The same for pages: with fewer left, they show what was seen last.
PAGE_RESERVE = _read.parse("PAGE_RESERVE", parsers.whole(0, 90), "10", default="10")
NAMES_MAX_AGE = _read.parse("NAMES_MAX_AGE", parsers.whole(1, 720), "12", default="12")  # hours
#: Days for which `manage.py prune` keeps the record of changes.
RECORD_DAYS = _read.parse("RECORD_DAYS", parsers.whole(30, 36500), "1095", default="1095")

# --- Mail about accounts that break or recover ---------------------------------------------------

_mail = _read.optional("EMAIL_URL", mail.server, mail.EXAMPLE) or mail.Server()
#: Whom is told; empty: no mail is sent.
EMAIL_TO = _read.optional("EMAIL_TO", mail.addresses, "it@example.com; ann@example.com") or ()
_sender = _read.optional("EMAIL_FROM", mail.address, "focusadmin@example.com")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _sender or ""
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _mail.host, _mail.port, 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls

_read.note(
    mail.problem(EMAIL_HOST, DEFAULT_FROM_EMAIL, EMAIL_TO),
    parsers.credentials_problem(FOCUS_API_KEY, FOCUS_EMAIL, FOCUS_PASSWORD),
    addresses.consent_problem(FOCUS_API_URL, FOCUS_CONSENT_ORIGINS),
)
_read.finish()
MISSPELT_VARIABLES = config.misspelt(os.environ, _read.from_file, _read.known)

#: Seconds. A page never waits longer than the first for Focus; a write waits for the second.
FOCUS_PAGE_DEADLINE, FOCUS_WRITE_DEADLINE = 3.0, 10.0
#: Seconds after which a page asks Focus again instead of showing its last good answer.
MIRROR_MAX_AGE = 60
#: Seconds for which a connect, reconnect or write-access attempt may come back.
ATTEMPT_LIFETIME = 15 * 60
#: The same for what a batch compares with, and how long it works until others have their turn.
BATCH_READ_MAX_AGE, BATCH_SLICE = 60, 10
#: Rows on a page of a list.
PAGE_SIZE = 100

# --- Django -------------------------------------------------------------------------------------

_https = PUBLIC_URL.startswith("https://")

ALLOWED_HOSTS = [addresses.host(PUBLIC_URL)]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "focusadmin.urls"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
WSGI_APPLICATION = "focusadmin.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database}

INSTALLED_APPS = [
    "focusadmin",
    "focusadmin.identity",
    "integrations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "integrations.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "integrations.middleware.RequestIdMiddleware",
    "integrations.request_log.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "focusadmin.identity.preferences.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "focusadmin.identity.middleware.IdentityMiddleware",
    "focusadmin.identity.preferences.PreferencesMiddleware",
    "integrations.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "integrations.middleware.AccessMiddleware",
    "integrations.middleware.FocusErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
if METRICS_TOKEN:
    MIDDLEWARE.append("integrations.middleware.PageMetricsMiddleware")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "integrations.views.context.page",
                "focusadmin.identity.context.passwords",
                "integrations.views.own_key.notice",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["focusadmin.identity.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# A cookie of messages would outlive the session, and show them to whoever comes next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SILENCED_SYSTEM_CHECKS = [
    # The unique pair is (issuer, subject), and the only backend asks for both.
    "auth.W004",
    # Whether every subdomain speaks https, for ever, is the company's to say and not ours.
    "security.W005",
    "security.W021",
]

# Password sign-in slows down guessing (identity/throttle.py); a proxy's people have no password.
AXES_ENABLED = isinstance(SIGN_IN, Local)
AXES_HANDLER = "focusadmin.identity.throttle.ThrottleHandler"
AXES_LOCKOUT_CALLABLE = "focusadmin.identity.throttle.locked_page"
AXES_CLIENT_IP_CALLABLE = "focusadmin.identity.throttle.address"
AXES_USERNAME_CALLABLE = "focusadmin.identity.throttle.person"
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT, AXES_COOLOFF_TIME = 10, timedelta(minutes=15)
AXES_RESET_ON_SUCCESS, AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = True, False
# What it keeps of an attempt holds nothing that was typed, and of a success it keeps nothing.
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "next", "ip_address"]
AXES_DISABLE_ACCESS_LOG, AXES_VERBOSE = True, False

LANGUAGES, USE_TZ = [("en", "English"), ("de", "Deutsch")], True
LOCALE_PATHS, FORMAT_MODULE_PATH = [BASE_DIR / "locale"], ["focusadmin.formats"]

# --- Static files -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = _static_root
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}

# --- Safety -------------------------------------------------------------------------------------

SESSION_COOKIE_NAME = "__Host-sessionid" if _https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
#: Strict cookies do not come back from the calendar provider; Lax ones do.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# The scheme is gunicorn's, which believes X-Forwarded-Proto only from its trusted peers.
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY, X_FRAME_OPTIONS = "same-origin", "DENY"
DEFAULT_EXCEPTION_REPORTER_FILTER = "focusadmin.redaction.HidingReporterFilter"
CSRF_FAILURE_VIEW = "integrations.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = policy.content_security(CSP_FORM_ACTION_EXTRA)

LOGGING = logs.configuration(LOG_LEVEL, LOG_FORMAT)
