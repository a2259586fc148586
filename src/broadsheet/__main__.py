"""``python -m broadsheet`` is the command ``broadsheet``."""

from broadsheet.cli.main import run

if __name__ == "__main__":
    run()
