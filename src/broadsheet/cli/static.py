"""Static files: collected once a version into the data folder, hashed and compressed."""

import hashlib
import shutil
from pathlib import Path

import django


def collect() -> None:
    """Bring the collected files up to date; costs nothing where they are."""
    from django.conf import settings
    from django.core.management import call_command

    target = Path(settings.STATIC_ROOT)
    stamp = target.with_name("static.stamp")
    now = _fingerprint(Path(settings.PACKAGE) / "web" / "static")
    if target.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return
    shutil.rmtree(target, ignore_errors=True)
    unused = ["select2"]  # of the admin: no field here looks its values up
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=unused)
    stamp.write_text(now, encoding="ascii")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(
        django.__version__.encode(), digest_size=16
    )  # its files stand there too
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
