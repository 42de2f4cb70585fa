"""Derive everything in datasets/ from the publishers' files: `DISCOURSE_DATA=FOLDER make measure`.

No statement is written as text: documents carry their metadata and word counts, spans their offsets and a short cue.
Each table is written beside its place and then renamed, so that an interrupted run leaves the old one.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import discourse
from discourse.segment import sentences, word_counts
from discourse.sources import SOURCES
from discourse.validate.baseline import keyword_codes
from discourse.validate.gold import code_gold, with_sentences

HERE = Path(__file__).parent
MEASURED = ("un_general_debate", "kcna", "kremlin", "white_house")
ACTORS = ("PRK", "RUS", "SUN", "USA")
POSTED = (
    "statement",
    "news_agency",
)  # venues in which a text may be published twice; speeches and turns are spoken once
WORKERS = 2
DIGITS = 6


def write(table: pd.DataFrame, name: str) -> None:
    """Write a table as Parquet, the same bytes every time."""
    path = HERE / f"{name}.parquet"
    beside = path.with_suffix(".tmp")
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, beside, compression="zstd", compression_level=19)
    beside.replace(path)


def write_text(name: str, text: str) -> None:
    """Write a small text file."""
    beside = HERE / f"{name}.tmp"
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(HERE / name)


def write_csv(table: pd.DataFrame, name: str) -> None:
    """Write a small table, rounded so that no processor's last digit shows."""
    write_text(f"{name}.csv", table.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g"))


def measured(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents without their texts: metadata, numbers of words and sentences, and what they repeat."""
    posted = documents[documents["venue"].isin(POSTED)]
    copies = (
        discourse.near_duplicates(posted).set_index("doc_id")["duplicate_of"] if len(posted) else pd.Series(dtype=str)
    )
    return documents.drop(columns=["text", "licence"]).assign(
        n_words=word_counts(documents["text"]),
        n_sentences=[len(sentences(text)) for text in documents["text"]],
        duplicate_of=documents["doc_id"].map(copies),
    )


def terms(documents: pd.DataFrame) -> pd.DataFrame:
    """Words of the UN speeches: per speech of the three actors (and the USSR), and per year of all others together."""
    shown = documents["actor"].isin(ACTORS)
    units = documents["doc_id"].where(shown, "others-" + documents["date"].dt.strftime("%Y"))
    parts = []
    for group in (documents[shown], documents[~shown]):
        counts = discourse.count_terms(group)
        matrix = counts.matrix.tocoo()
        unit = units[group.index].to_numpy()[matrix.coords[0]]
        parts.append(pd.DataFrame({"unit": unit, "term": np.array(counts.terms)[matrix.coords[1]], "k": matrix.data}))
    table = pd.concat(parts).groupby(["unit", "term"], sort=True, as_index=False)["k"].sum()
    return table.astype({"k": "int32"})


def defects(documents: pd.DataFrame) -> pd.DataFrame:
    """How many texts of a source have each defect, and how often it occurs."""
    found = discourse.lint(documents).groupby(["source", "defect"], sort=True)
    return found.agg(n_documents=("doc_id", "nunique"), count=("count", "sum")).reset_index()


def described(name: str, documents: pd.DataFrame, n_words: int) -> dict[str, object]:
    """One line about a source, as the README shows it."""
    years = documents["date"].dt.year
    return {
        "source": name,
        "title": SOURCES[name].title,
        "years": f"{years.min()}-{years.max()}",
        "documents": len(documents),
        "words": n_words,
        "licence": SOURCES[name].licence,
    }


def manifest(name: str, documents: pd.DataFrame) -> dict[str, object]:
    """Where a source comes from, and a hash of its ids and texts: the same for every archive of the same statements."""
    digest = hashlib.sha256()
    for doc_id, text in zip(documents["doc_id"], documents["text"], strict=True):
        digest.update(f"{doc_id}\0{text}\0".encode())
    source = SOURCES[name]
    about = {key: getattr(source, key) for key in ("title", "citation", "licence", "location")}
    return about | {"documents": len(documents), "sha256 of ids and texts": digest.hexdigest()}


def scored(gold: pd.DataFrame) -> pd.DataFrame:
    """Accuracy on the sentences held out, beside the keyword dictionary's F1."""
    ours = discourse.accuracy(code_gold(gold), gold)
    plain = discourse.accuracy(keyword_codes(gold["text"]), gold)
    return ours.assign(keywords_f1=plain["f1"], provisional=True)


def summary(accuracy: pd.DataFrame) -> pd.DataFrame:
    """The three figures the README shows: any sovereignty code, stance, and the mean over codes, per actor."""
    rows = accuracy[accuracy["by"].isin(["all", "actor"])]
    names = {("sovereignty", "any"): "any sovereignty code", ("contested_claims", "stance"): "stance"}
    names |= {(construct, "macro"): "mean over codes" for construct in rows["construct"].unique()}
    kept = rows[[key in names for key in zip(rows["construct"], rows["code"], strict=True)]]
    figures = kept[["precision", "recall", "f1", "f1_low", "f1_high", "keywords_f1"]].map(
        lambda one: "" if pd.isna(one) else f"{one:.2f}"
    )
    what = [names[key] for key in zip(kept["construct"], kept["code"], strict=True)]
    return pd.concat(
        [kept["group"].rename("actor"), pd.Series(what, kept.index, name="measure"), kept["n"], figures], axis=1
    )


def main() -> None:
    """Read, code and measure every source, one after the other."""
    labels = pd.read_csv(HERE / "gold" / "labels.csv", keep_default_na=False, dtype={"probability": str})
    gold = labels[labels["part"] == "held_out"]
    parts: dict[str, list] = {name: [] for name in ("documents", "spans", "ledger", "lint", "gold")}
    sources, about = [], {}
    for name in MEASURED:
        documents = discourse.load_source(name)
        parts["documents"].append(measured(documents))
        parts["spans"].append(discourse.code(documents, n_jobs=WORKERS))
        parts["ledger"].append(discourse.inclusion_ledger(documents))
        parts["lint"].append(defects(documents))
        parts["gold"].append(with_sentences(gold, documents))
        sources.append(described(name, documents, int(parts["documents"][-1]["n_words"].sum())))
        about[name] = manifest(name, documents)
        if name == "un_general_debate":
            write(terms(documents), "terms")
    tables = {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}
    write(tables["documents"], "documents")
    write(tables["spans"], "spans")
    write_csv(tables["ledger"], "ledger")
    write_csv(tables["lint"], "lint")
    accuracy = scored(tables["gold"].sort_values("id", ignore_index=True))
    write_csv(accuracy, "accuracy")
    write_csv(summary(accuracy), "accuracy_summary")
    write_csv(pd.DataFrame(sources), "sources")
    write_text("manifest.json", json.dumps(about, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
