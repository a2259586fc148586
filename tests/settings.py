"""The program's settings, on a data folder that goes with the test run."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="broadsheet-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["BROADSHEET_DATA"] = _data
os.environ["DATABASE_URL"] = os.environ.get("BROADSHEET_TEST_DATABASE_URL", "")

from broadsheet.project.settings import *  # noqa: E402, F403

REFUSE_RENDER_QUERIES = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests alone
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = os.path.join(_data, "static")  # noqa: PTH118
os.mkdir(STATIC_ROOT)  # noqa: PTH102
