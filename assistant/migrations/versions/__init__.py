"""One module for every step, each named by its revision."""
