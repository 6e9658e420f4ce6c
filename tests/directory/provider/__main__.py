"""`python -m tests.directory.provider PORT REDIRECT_URI`: make the database, then answer until killed."""

import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main(port: int, redirect_uri: str) -> None:
    folder = Path(os.environ["PROVIDER_FOLDER"])
    key = generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.directory.provider.settings"
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)
    from django.contrib.auth import get_user_model
    from oauth2_provider.models import Application

    get_user_model().objects.create_user("somebody")
    Application.objects.create(
        client_id="portal",
        client_secret="portal-secret",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        redirect_uris=redirect_uri,
        skip_authorization=True,
    )
    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        print("ready", flush=True)
        server.serve_forever()


main(int(sys.argv[1]), sys.argv[2])
