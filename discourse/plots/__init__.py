"""One function per chart: takes a table, returns Axes."""
