"""`python -m discourse.validate GOLD.csv`: code the sentences of a gold file and print the accuracy by them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from discourse.errors import InputError
from discourse.validate.accuracy import accuracy
from discourse.validate.baseline import keyword_codes
from discourse.validate.gold import code_gold, read_gold

_MEASURED = ("precision", "recall", "f1")
_HEAD = f"{'':<34}{'by hand':>8}{'coded':>7}   {'precision':<18}{'recall':<18}{'F1':<18}{'keywords: F1':<18}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; errors are one sentence on standard error and status 2."""
    parser = argparse.ArgumentParser(prog="python -m discourse.validate", description=__doc__.split(": ", 1)[1])
    parser.add_argument("gold", type=Path, help="CSV with id, actor, sentence or text, codes; venue and doc if known")
    parser.add_argument("--by", nargs="+", metavar="COLUMN", help="default: actor, and venue if known")
    only = "only the sentences on which no rule was written (column part: held_out)"
    parser.add_argument("--held-out", action="store_true", help=only)
    chosen = parser.parse_args(arguments)
    try:
        sys.stdout.write(_report(chosen.gold, chosen.by, chosen.held_out))
    except InputError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    return 0


def _report(path: Path, by: Sequence[str] | None, held_out: bool) -> str:
    """Code the file and say how well."""
    gold = read_gold(path)
    if held_out:
        if "part" not in gold:
            raise InputError(f"{path}: column 'part' is missing; legal: training or held_out in each row")
        gold = gold[gold["part"] == "held_out"].reset_index(drop=True)
    if gold.empty:
        raise InputError(f"{path} has no sentence to measure; legal: one row or more")
    measured = accuracy(code_gold(gold), gold, by)
    plain = accuracy(keyword_codes(gold["text"]), gold, by)
    lines = [f"{path}: {len(gold)} sentences{' held out' if held_out else ''}, own spans only", "", _HEAD]
    for (column, group), rows in measured.groupby(["by", "group"], sort=False):
        lines.append(f"{group if column == 'all' else f'{column} {group}'} ({rows['n'].iloc[0]})")
        lines += [_line(row, plain.loc[row.Index]) for row in rows.itertuples() if row.n_gold or row.n_coded]
    notes = "[95 %, by {resampled}]; mean over codes: those with {min_cases} cases or more".format(**measured.attrs)
    return "\n".join([*lines, "", notes, ""])


def _line(row: object, plain: pd.Series) -> str:
    names = {"micro": "all codes", "macro": "mean over codes", "any": f"any {row.construct.replace('_', ' ')}"}
    cells = [_cell(getattr(row, name), getattr(row, f"{name}_low"), getattr(row, f"{name}_high")) for name in _MEASURED]
    cells.append(_cell(plain["f1"], plain["f1_low"], plain["f1_high"]))
    columns = "".join(f"{cell:<18}" for cell in cells)
    return f"  {names.get(row.code, row.code):<32}{row.n_gold:>8}{row.n_coded:>7}   {columns}".rstrip()


def _cell(value: float, low: float, high: float) -> str:
    if pd.isna(value):
        return "-"
    return f"{value:.2f} [{low:.2f}, {high:.2f}]" if not pd.isna(low) else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
