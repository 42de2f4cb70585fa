"""From documents to spans: cues are found in one pass, then read in context."""
