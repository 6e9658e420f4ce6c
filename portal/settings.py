"""All settings, fed by the environment; `.env.example` says what each variable means.

Defaults are those of production: without DEBUG nothing is lenient, and a missing secret stops the start
(see portal/checks.py for combinations that are refused).
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONCE
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- what kind of house this is
# What the word DEBUG in the environment stands for: a house for trying out or building, no HTTPS, mails in a folder.
# Django's own DEBUG shows technical pages in place of ours and keeps every query: only where it is asked for.
LENIENT = env.flag("DEBUG")
DEBUG = LENIENT and env.flag("TECHNICAL_PAGES")
SECRET_KEY = env.text("SECRET_KEY")
# Earlier ones: what they signed or encrypted (second factors among it) is still read.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SUPPRESSION_KEY = env.text("SUPPRESSION_KEY")
SUPPRESSION_OLD_KEYS = env.words("SUPPRESSION_OLD_KEYS")
AUDIT_SIGNING_KEY = env.text("AUDIT_SIGNING_KEY")
AUDIT_OLD_PUBLIC_KEYS = env.words("AUDIT_OLD_PUBLIC_KEYS")
AUDIT_HEADS_FILE = env.text("AUDIT_HEADS_FILE", str(BASE_DIR / ".var" / "audit-heads.jsonl"))
AUDIT_MAIL_HOURS = env.number("AUDIT_MAIL_HOURS", 24)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost" if LENIENT else "")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
COMPANY_NAME = env.text("COMPANY_NAME", "Kontaktklar")
COMPANY_ADDRESS = env.text("COMPANY_ADDRESS")
COMPANY_COUNTRY = env.text("COMPANY_COUNTRY", "DE")
COMPANY_EMAIL = env.text("COMPANY_EMAIL")
COMPANY_PHONE = env.text("COMPANY_PHONE")
PRIVACY_POLICY_URL = env.text("PRIVACY_POLICY_URL")
DPO_CONTACT = env.text("DPO_CONTACT", "")
# The language of whoever has chosen none; empty: the browser's.
COMPANY_LANGUAGE = env.choice("COMPANY_LANGUAGE", "", ("", "de", "en"))
# Who may appear for the company, and where it is registered: for the imprint.
COMPANY_REPRESENTED_BY = env.text("COMPANY_REPRESENTED_BY")
COMPANY_REGISTER = env.text("COMPANY_REGISTER")
# Whom to turn to when the company does not answer about accessibility.
ACCESSIBILITY_ENFORCEMENT = env.text("ACCESSIBILITY_ENFORCEMENT")

# --- the company's calendar: contact hours follow the customer's local time and the state's public holidays
HOLIDAY_COUNTRY = env.text("HOLIDAY_COUNTRY", "DE")
HOLIDAY_STATE = env.text("HOLIDAY_STATE", "NW")
PHONE_REGION = env.text("PHONE_REGION", "DE")
FREQUENCY_CAPS = env.words("FREQUENCY_CAPS")

# --- apps: the floor first, then the rooms, then the roof
INSTALLED_APPS = [
    "portal.people",
    "portal.audit",
    "portal.outbox",
    "portal.machines",
    "portal.webhooks",
    "portal.retention",
    "portal.directory",
    "portal.ui",
    "portal.help",
    "contacts.customers",
    "contacts.rulebook",
    "consent",
    "training",
    "contacts.requests",
    "contacts.incidents",
    "contacts.screening",
    "contacts.rights",
    "portal.api",
    "portal.operations",
    "portal.desk.processing",
    "portal.desk",
    # Before Django's own pages, which it redraws; neither finds pages by itself (portal/desk/operator).
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    "portal.access.middleware.NumberMiddleware",
    "portal.access.middleware.NoKeyInTheClearMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.access.middleware.BrowserPolicyMiddleware",
    "portal.access.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.access.middleware.PageMethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.access.sign_in_first.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.people.second_factor.gate.SecondFactorMiddleware",
    "portal.access.middleware.OwnLanguageMiddleware",
    "portal.retention.masks.MaskingMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "portal.ui.templatetags.kk",
                "portal.ui.templatetags.components",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context.chrome",
            ],
        },
    }
]
FORM_RENDERER = "portal.ui.boxes.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data: PostgreSQL only, one engine everywhere
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", "postgresql:///kontaktklar"),
        conn_max_age=env.number("DATABASE_MAX_AGE_SECONDS", 60),
        conn_health_checks=True,
    )
}
# A host that vanishes must not keep what it had locked: both ends notice it within two and a half minutes (libpq,
# "keepalives"; PostgreSQL, 19.3.2). Over a unix socket neither has a meaning, and both are accepted. What the URL says
# itself goes first.
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    given = DATABASES["default"].setdefault("OPTIONS", {})
    server = "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=9"
    defaults = {"connect_timeout": 5, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 9}
    server += " -c jit=off"  # it costs more than it gains (docs/decisions/0057)
    defaults["prepare_threshold"] = 5  # only for statements that ask for it (portal/together.py)
    DATABASES["default"]["OPTIONS"] = defaults | given | {"options": f"{server} {given.get('options', '')}".strip()}
# A server for the drill of a restore; without it, the portal's own (manage.py restore_check).
RESTORE_DATABASE_URL = env.text("RESTORE_DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The database holds the cache too: the rate limits of the sign-in must be exact over all web processes and must
# not open when Redis is away. Room for many counters: with Django's 300 a flood of requests would push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".var" / "media")))
# Where erasures are written down outside the database (docs/rights.md): beyond the reach of a restore.
ERASURE_LEDGER = Path(env.text("ERASURE_LEDGER", str(BASE_DIR / ".var" / "erasures.jsonl")))

# --- jobs: Redis carries only "look into the table"; what is due lives in PostgreSQL
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = env.text("CELERY_QUEUE", "kontaktklar")
CELERY_TASK_IGNORE_RESULT = True
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# No job takes longer than five minutes; the soft limit lets it end in order (portal/checks.py, E016 to E018).
CELERY_TASK_TIME_LIMIT = 5 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 4 * 60
# Redis hands out again what was not acknowledged in this time; Celery reads it in three places.
BROKER_VISIBILITY_SECONDS = env.number("BROKER_VISIBILITY_SECONDS", 2 * CELERY_TASK_TIME_LIMIT)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": BROKER_VISIBILITY_SECONDS}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": BROKER_VISIBILITY_SECONDS}
CELERY_VISIBILITY_TIMEOUT = BROKER_VISIBILITY_SECONDS
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "portal.beat:NotingScheduler"
# Seconds: it would sleep for up to five minutes otherwise, also where the machine's clock was set back meanwhile.
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CLOCK_PACE = env.number("CLOCK_PACE", 1)
HEARTBEAT_LATE_SECONDS = env.number("HEARTBEAT_LATE_SECONDS", 180)

# --- mail: a folder in development, SMTP otherwise
MAIL_FOLDER = env.text("MAIL_FOLDER")
EMAIL_BACKEND = "portal.outbox.folder.FolderBackend" if MAIL_FOLDER else "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Kontaktklar <kontaktklar@localhost>")
OUTBOX_HANDLERS = "portal.handlers.HANDLERS"
OUTBOX_LETTERS = "portal.handlers.LETTERS"
OUTBOX_STILL_TRUE = "portal.handlers.STILL_TRUE"
CONTACTS_OF = "portal.handlers.CONTACTS_OF"
REFUSAL_FOLLOWERS = "portal.handlers.REFUSAL_FOLLOWERS"
IMPORT_KINDS = "portal.handlers.IMPORT_KINDS"
ERASED_WITH = "portal.handlers.ERASED_WITH"
ERASURE_HINDERED_BY = "portal.handlers.ERASURE_HINDERED_BY"
SUBJECT_DATA = "portal.handlers.SUBJECT_DATA"
LAST_AGREED = "portal.handlers.LAST_AGREED"
RECORDED_DECISIONS = "portal.handlers.RECORDED_DECISIONS"
WITHDRAWN_IN_CONTACT = "portal.handlers.WITHDRAWN_IN_CONTACT"
SCREENING_ROOF = "portal.handlers.SCREENING"
RETENTION_ROOF = "portal.desk.retention.ROOF"

# --- webhooks: how long a receiver may take in total, and networks of the house that may be called (addresses.py)
WEBHOOK_TIMEOUT_SECONDS = env.number("WEBHOOK_TIMEOUT_SECONDS", 15)
WEBHOOK_NETWORKS = env.words("WEBHOOK_NETWORKS")

# --- the works council: auditors read pseudonyms of employees until an unmasking is agreed to (docs/works-council.md)
WORKS_COUNCIL_MODE = env.flag("WORKS_COUNCIL_MODE")

# --- people and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["portal.people.backend.PortalBackend", "portal.directory.ldap.LdapBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.people.passwords.validators.BreachedPasswordValidator"},
]
# A list of leaked passwords on this machine, one SHA-1 a line in order; nothing is asked over the network.
BREACHED_PASSWORDS_FILE = env.text("BREACHED_PASSWORDS_FILE")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "portal.people.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_FORMS = {
    "login": "portal.people.sign_in_forms.SignInForm",
    "reset_password": "portal.people.sign_in_forms.ForgottenForm",
    "reset_password_from_key": "portal.people.sign_in_forms.NewPasswordForm",
    "change_password": "portal.people.sign_in_forms.ChangedPasswordForm",
    "reauthenticate": "portal.people.sign_in_forms.OnceMoreForm",
}
# Passwords of the portal's own can be switched off where the company's sign-in service does that; one account stays.
LOCAL_SIGN_IN = env.flag("LOCAL_SIGN_IN", True)
BREAK_GLASS_EMAIL = env.text("BREAK_GLASS_EMAIL")
# Who must have a second factor; "none" asks nobody for one, which only a demo should do (docs/sign-in.md).
MFA_REQUIRED_ROLES = [role for role in env.words("MFA_REQUIRED_ROLES", "dpo,administrator") if role != "none"]
MFA_ADAPTER = "portal.people.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by administrators; nobody signs up
MFA_TOTP_ISSUER = "Kontaktklar"
MFA_FORMS = {
    "authenticate": "portal.people.second_factor.forms.CodeForm",
    "reauthenticate": "portal.people.second_factor.forms.CodeAgainForm",
    "activate_totp": "portal.people.second_factor.forms.AppForm",
    "add_webauthn": "portal.people.second_factor.forms.PasskeyForm",
    "edit_webauthn": "portal.people.second_factor.forms.PasskeyNameForm",
}
# The company's sign-in service (OpenID Connect); without an issuer there is none (docs/sign-in.md).
OIDC_ISSUER = env.text("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", COMPANY_NAME)
OIDC_SCOPES = env.words("OIDC_SCOPES", "openid,email,profile")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM")
OIDC_TRUSTS_EMAIL = env.flag("OIDC_TRUSTS_EMAIL")
OIDC_PROVES_SECOND_FACTOR = env.flag("OIDC_PROVES_SECOND_FACTOR")
# Passwords of the company's LDAP directory; without an address there is none.
LDAP_URL = env.text("LDAP_URL")
LDAP_START_TLS = env.flag("LDAP_START_TLS")
LDAP_CA_FILE = env.text("LDAP_CA_FILE")
LDAP_BIND_DN = env.text("LDAP_BIND_DN")
LDAP_BIND_PASSWORD = env.text("LDAP_BIND_PASSWORD")
LDAP_BASE = env.text("LDAP_BASE")
LDAP_FILTER = env.text("LDAP_FILTER", "(mail={email})")
LDAP_GROUP_FILTER = env.text("LDAP_GROUP_FILTER")
# Which roles the groups of the directory give: "Privacy=dpo,IT=administrator".
DIRECTORY_ROLES = env.role_table(env.words("DIRECTORY_ROLES"))

# --- words and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]

# --- static files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LENIENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LENIENT
WHITENOISE_AUTOREFRESH = False

# --- the browser is told to trust nothing but us
HTTPS = not LENIENT and not env.flag("PLAIN_HTTP")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [NONCE, "'strict-dynamic'"],
        "object-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        # The sign-in form leads on to the company's service, where there is one.
        "form-action": ["'self'", *env.origins(env.text("OIDC_ISSUER"), *env.words("OIDC_LOGIN_ORIGINS"))],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "report-uri": "/csp-report/",
    }
}
X_FRAME_OPTIONS = "DENY"
# The operator's pages (portal/desk/operator): the portal's colours, its language switch, no history of its own.
UNFOLD = {
    "SITE_TITLE": "Kontaktklar",
    "SITE_HEADER": "Kontaktklar",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/logo.svg")}],
    "STYLES": [lambda _request: static("css/operator.css")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": False,
    "COLORS": {
        "primary": {
            "50": "#effaf9",
            "100": "#d3f1ee",
            "200": "#a8e2dd",
            "300": "#6cc9c2",
            "400": "#3aa9a3",
            "500": "#1f8884",
            "600": "#0b5c5a",
            "700": "#0a4d4c",
            "800": "#0b3f3e",
            "900": "#0b3433",
            "950": "#061f1f",
        }
    },
    "COMMAND": {"search_models": False, "show_history": False},
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "items": [
                    {"title": title, "link": reverse_lazy(f"admin:{name}")}
                    for title, name in (
                        (_("How the portal is"), "index"),
                        (_("Messages in trouble"), "outbox_outboxmessage_changelist"),
                        (_("Events for other systems"), "webhooks_delivery_changelist"),
                        (_("Keys of systems"), "machines_apitoken_changelist"),
                        (_("Imports"), "customers_importrun_changelist"),
                        (_("Checked lists"), "screening_screening_changelist"),
                        (_("People"), "people_user_changelist"),
                    )
                ]
            }
        ],
    },
}
# Sites that may show the sign-up form, and only it, in a frame of theirs (docs/opt-in.md).
OPT_IN_FRAME_ANCESTORS = env.words("OPT_IN_FRAME_ANCESTORS")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# The limits of the sign-in count per address of the browser, which the proxy appends to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
# Customers on their own page have no account; what they carry is apart from the staff's session.
CUSTOMER_COOKIE_NAME = "__Host-customer" if HTTPS else "customer"
SESSION_ENGINE = "portal.people.sessions.store"
# A session lasts no longer than this, and ends when it was left alone for so many minutes.
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12) * 3600
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 120)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# How many certificate numbers one address may check in an hour without signing in.
VERIFY_PER_HOUR = env.number("VERIFY_PER_HOUR", 30)
# How long a checked list and its result are kept; the row with its counts stays.
SCREENING_KEEP_DAYS = env.number("SCREENING_KEEP_DAYS", 7)
# Where those who found a hole may write to: mailto: or https: (RFC 9116). Without it there is no security.txt.
SECURITY_CONTACT = env.text("SECURITY_CONTACT")
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_MEGABYTES", 100) * 1024 * 1024

# Figures for Prometheus under /metrics; without a token there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOG_FORMAT = env.choice("LOG_FORMAT", "plain", ("plain", "json"))
# Celery leaves the lines of workers and clock to the handlers below.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "portal.access.logs.TokenFreeFormatter",
            "format": "{asctime} {levelname} {name} {request} {message}",
            "style": "{",
        },
        "json": {
            "()": "portal.access.logs.JsonLines",
            "fmt": "{levelname}{name}{message}{request}",
            "style": "{",
            "timestamp": True,
            "rename_fields": {"levelname": "level", "name": "logger"},
        },
    },
    "filters": {"number": {"()": "portal.access.logs.NumberFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["number"]}},
    # Django's own handlers would write addresses as they came; everything goes through the one above.
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
