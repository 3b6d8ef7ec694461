"""Pages: units laid out apart in worker processes, numbered, given heads and folios, and joined into one PDF."""
