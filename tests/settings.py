"""Settings of the test run: the product's own, on a data folder that is thrown away."""

import os
import tempfile

_home = os.environ.setdefault("EYELEVEL_HOME", tempfile.mkdtemp(prefix="eyelevel-test-"))
os.environ.setdefault("EYELEVEL_COMPANY", "Nordlicht Mobil")
os.environ.setdefault("EYELEVEL_MAIL_ADDRESS", "service@nordlicht.example")

from eyelevel.server.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
