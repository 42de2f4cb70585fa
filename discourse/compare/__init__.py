"""From spans and counts to estimates: rates and contrasts, words, time, association, scaling, features."""
