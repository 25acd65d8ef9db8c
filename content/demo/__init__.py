"""The demo: a made-up half-year of a brand in trouble, lived through with the real acts."""
