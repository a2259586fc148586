"""Python begins with this in processes that live by an upstream's clock: see ``Upstream.environ``.

The file that the variable names holds two lines: what the upstream's clock showed when it was
last moved, and the real moment of that. Time goes on from there, or nobody's wait would end.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

if told := os.environ.get("UPSTREAM_CLOCK"):
    from broadsheet.kernel import clock

    def now() -> datetime:
        """The upstream's moment, and what has passed since then."""
        shown, at = Path(told).read_text(encoding="ascii").split()
        moved = datetime.fromisoformat(shown) + timedelta(seconds=time.time() - float(at))
        return clock._fixed.get() or moved

    clock.now = now
