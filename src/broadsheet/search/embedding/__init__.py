"""From texts to vectors: the bundled model, or one that a setting names."""
