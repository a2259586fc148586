"""A folder of ``.eml`` files, for trying out: any mail program opens one."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from broadsheet.kernel.errors import Unavailable
from broadsheet.mail.building import built
from broadsheet.mail.transports.contract import Answer, Outgoing


class Folder:
    """Writes each message to a file named by its time and its name; a file is whole or absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.where = f"the folder {folder}"

    def hand_over(self, message: Outgoing) -> Answer:
        content = built(message)
        file = self._folder / f"{message.at:%Y%m%dT%H%M%SZ}-{message.name.partition('@')[0]}.eml"
        try:
            self._write(file, content)
        except OSError as error:
            raise self._unusable(error) from error
        return Answer("taken", receipt=file.name)

    def _write(self, file: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_suffix(".part")
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)

    def _unusable(self, error: OSError) -> Unavailable:
        remedy = f"{error.strerror}: see that this user may write there."
        return Unavailable(what=f"The folder {self._folder}", remedy=remedy)

    def look(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self._folder / ".probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise self._unusable(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is held open."""
