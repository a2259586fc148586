"""The command ``broadsheet``. Django is imported only inside commands that need it."""
