"""Ways for mail to leave, behind one small contract."""
