"""From spans and hand coding to what the spans are worth: accuracy, agreement, correction."""
