"""Where papers come from: one folder a source, each turning upstream bytes into Records."""
