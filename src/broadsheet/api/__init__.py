"""JSON of every list and paper, one shape, one error shape."""
