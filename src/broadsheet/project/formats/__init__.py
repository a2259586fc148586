"""How Django writes what templates give it as it is; the house writes its own dates."""
