"""Day files of the public Daily Papers API, as archives keep them."""
