"""Who is due, what each is to be sent, and sending it: once, whoever else works beside."""
