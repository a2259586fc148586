"""What every room stands on: identifiers, text, dates, clock, errors, options. Plain Python."""
