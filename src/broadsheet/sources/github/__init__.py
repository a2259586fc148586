"""Stars of the code repositories that papers link to, as GitHub counts them."""
