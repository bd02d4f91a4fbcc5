#!/usr/bin/env python3
"""Scores what newsdex reads from web pages against the pages' expected titles, texts, dates and authors.

Needs ../shared/data/html (goose3.tar.gz, newspaper3k.tar.gz). Usage, from the repository's root:

    newsdex parse ../shared/data/html --format jsonl | tests/bench/webpages.py [--worst N]

Texts are compared as the public article extraction benchmark does (scrapinghub/article-extraction-benchmark): bags of
shingles of four words, precision and recall a page, F1 of their means. goose3 expects the beginning of the text only:
there the share of its shingles that are found counts. newspaper3k's texts are a program's output, captions included:
differences of some points are its own. Where it holds a note of what the program missed, or nothing that the page shows, the page
is left out.
"""

import json
import re
import sys
import tarfile
from collections import Counter
from datetime import datetime

DATA = "../shared/data/html/"


def shingles(text, n=4):
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(*(words[i:] for i in range(n)))) if len(words) >= n else Counter([tuple(words)] if words else [])


def letters(text):
    return re.sub(r"\W+", "", (text or "").lower())


def is_text(expected, page):
    """Whether a page shows what is expected of it, which is a text and not a note about one."""
    shown = shingles(re.sub(r"<[^>]*>", " ", re.sub(r"(?is)<(script|style).*?</\1>", " ", re.sub(r"&#?\w+;", " ", page))))
    return sum(expected.values()) > 60 and sum((expected & shown).values()) > 0.8 * sum(expected.values())


def day(printed):
    """`Sun Nov 23 16:00:00 EDT 2014`, `2014-11-23T…` as `2014-11-23`."""
    words = str(printed).split()
    if len(words) == 6:
        return datetime.strptime(" ".join([words[1], words[2], words[5]]), "%b %d %Y").strftime("%Y-%m-%d")
    return str(printed)[:10]


def body(row):
    zones = [z for z in row.get("zones") or [] if z["kind"] in ("body", "dateline")]
    return "\n\n".join(row["text"][z["start"] : z["end"]] for z in zones) if zones else row["text"]


def rows():
    for line in sys.stdin:
        row = json.loads(line)
        origin = row.get("origin", row)
        yield (origin["path"].rsplit("/", 1)[-1], origin.get("member")), row


def main():
    worst = int(sys.argv[sys.argv.index("--worst") + 1]) if "--worst" in sys.argv else 0
    read = dict(rows())
    pages = []
    with tarfile.open(DATA + "newspaper3k.tar.gz") as tar:
        names = set(tar.getnames())
        for member in tar.getmembers():
            if not member.name.endswith(".txt") or "/text/" not in member.name:
                continue
            expected = shingles(tar.extractfile(member).read().decode("utf-8", "replace"))
            page = member.name.replace("/text/", "/html/").replace(".txt", ".html")
            if page not in names or not expected:
                continue
            if not is_text(expected, tar.extractfile(page).read().decode("utf-8", "replace")):
                continue
            row = read.get(("newspaper3k.tar.gz", page))
            found = shingles(body(row)) if row else Counter()
            both = sum((expected & found).values())
            precision, recall = both / max(sum(found.values()), 1), both / max(sum(expected.values()), 1)
            pages.append((precision, recall, page))
    precision, recall = (sum(p[i] for p in pages) / len(pages) for i in (0, 1))
    f1 = 2 * precision * recall / (precision + recall)
    print(f"newspaper3k text  {len(pages)} pages: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")
    for precision, recall, page in sorted(pages, key=lambda p: p[0] + p[1])[:worst]:
        print(f"    {precision:.2f} {recall:.2f} {page}")

    tallies = {k: [0, 0, []] for k in ("title", "text", "date", "authors")}
    with tarfile.open(DATA + "goose3.tar.gz") as tar:
        for member in tar.getmembers():
            if not member.name.endswith(".json"):
                continue
            expected = json.load(tar.extractfile(member)).get("expected", {})
            page = member.name.replace(".json", ".html")
            row = read.get(("goose3.tar.gz", page))
            if row is None:
                continue  # a stub without a headline and a text, which is told as a problem

            def tally(kind, right, what):
                tallies[kind][0] += right
                tallies[kind][1] += 1
                if right < 1:
                    tallies[kind][2].append(f"{right:.2f} {page}: {what}")

            if expected.get("title"):
                tally("title", letters(expected["title"]) == letters(row.get("headline")), (expected["title"], row.get("headline")))
            if expected.get("cleaned_text"):
                want, got = shingles(expected["cleaned_text"]), shingles(body(row))
                tally("text", sum((want & got).values()) / sum(want.values()), expected["cleaned_text"][:80])
            date = expected.get("publish_datetime_utc") or expected.get("publish_date")
            if date:
                tally("date", str(row.get("published"))[:10] == day(date), (date, row.get("published")))
            if expected.get("authors"):
                want, got = (sorted(map(letters, a)) for a in (expected["authors"], row.get("byline") or []))
                tally("authors", want == got, (expected["authors"], row.get("byline")))
    for kind, (right, n, wrong) in tallies.items():
        print(f"goose3 {kind:8} {n} pages: {right / max(n, 1):.3f}")
        for line in wrong[:worst]:
            print("   ", line)


if __name__ == "__main__":
    main()
