"""Time of coding the whole UN General Debate against scikit-learn's CountVectorizer counting its words, in one run.

Prints seconds, MB/s, the ratio and the peak memory of each, every step in a process of its own. Needs the texts:
``DISCOURSE_DATA=FOLDER make benchmark``.
"""

import json
import resource
import subprocess
import sys
import time

STEPS = ("count words (CountVectorizer)", "code (discourse)")
WORKERS = 2


def _count(texts):
    from sklearn.feature_extraction.text import CountVectorizer

    CountVectorizer().fit_transform(texts)


def _code(documents):
    import discourse

    discourse.code(documents, n_jobs=WORKERS)


def _measure(step):
    """Run one step here and print what it took as JSON."""
    import discourse

    documents = discourse.load_source("un_general_debate")
    size = documents["text"].str.encode("utf-8").str.len().sum() / 1e6
    begin = time.perf_counter()
    if step == STEPS[0]:
        _count(documents["text"])
    else:
        _code(documents)
    seconds = time.perf_counter() - begin
    own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = own + WORKERS * workers
    print(json.dumps({"seconds": seconds, "size": size, "peak": peak / 1e6}))


def main():
    """Run every step in turn and print the table."""
    taken = {}
    for step in STEPS:
        run = subprocess.run([sys.executable, __file__, step], capture_output=True, text=True, check=True)
        taken[step] = json.loads(run.stdout)
    print(f"{'step':32}{'seconds':>10}{'MB/s':>10}{'ratio':>10}{'peak GB, at most':>20}")
    base = taken[STEPS[0]]["seconds"]
    for step, one in taken.items():
        speed = one["size"] / one["seconds"]
        print(f"{step:32}{one['seconds']:10.1f}{speed:10.1f}{one['seconds'] / base:10.2f}{one['peak']:20.2f}")


if __name__ == "__main__":
    _measure(sys.argv[1]) if len(sys.argv) > 1 else main()
