#!/usr/bin/env python3
"""How the command grows with the archive, beside SQLite's FTS5 in the same run.

    cargo build --release --bin newsdex
    tests/bench/scale.py [--articles 20000 200000 1000000] [--queries 60] [--fts5 200000] [--work DIR] [--newsdex PATH]

The archive is Reuters-21578 (../shared/data), over and over: every copy has ids and dates of its own and a tenth of its words
in other places. It lies in files of 1,000 stories, JSON a line. newsdex reads, understands and indexes them (`index`, as
users run it); FTS5 gets title and body, decoded already (porter stems, text stored, one transaction, no journal), up to so
many stories.

Memory is anonymous memory (RssAnon), looked at every 50 ms. Questions are whole commands, start and opening included, one
after the other with a warm cache; what starting alone takes is in the table. FTS5 answers inside one process: the ten best by bm25
(phrases and NEAR as its own), or by date. Queries are made of headlines: two or three neighbouring words; names are those that
the archive names most. Kinds take turns. Everything is printed as least, middle, 95th of a hundred, most.
"""

import sys

# A neighbour of this script is called html.py.
sys.path.pop(0)

import argparse
import datetime
import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

DATA = Path("../shared/data/corpora/reuters21578-sgm.tar.gz")


def stories():
    """Title and body of every story that has both, once."""
    out = []
    with tarfile.open(DATA) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if not member.name.endswith(".sgm"):
                continue
            text = tar.extractfile(member).read().decode("latin-1")
            for story in re.findall(r"<REUTERS.*?</REUTERS>", text, re.S):
                title = re.search(r"<TITLE>(.*?)</TITLE>", story, re.S)
                body = re.search(r"<BODY>(.*?)(&#3;)?</BODY>", story, re.S)
                if title and body:
                    out.append((html.unescape(title[1]).strip(), html.unescape(body[1]).strip()))
    return out


def permuted(text, copy):
    """Every tenth word, of which `copy` says which, in the place of the next such word."""
    words = re.split(r"(?<=\s)", text)
    moving = [i for i in range(copy % 10, len(words), 10) if words[i].endswith(" ") and len(words[i]) > 1]
    for a, b in zip(moving, moving[1:]):
        words[a], words[b] = words[b], words[a]
    return "".join(words)


def archive(once, wanted):
    """So many (id, date, title, body)."""
    for n in range(wanted):
        copy, i = divmod(n, len(once))
        title, body = once[i]
        date = datetime.date(1987, 2, 26) + datetime.timedelta(days=i // 150 + copy * 200)
        yield f"{i}-{copy}", str(date), title, permuted(body, copy) if copy else body


def anonymous(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def measured(start):
    """Seconds, CPU seconds and peak of anonymous memory of a process that `start` gives the id of."""
    began = time.perf_counter()
    pid = start()
    peak = 0
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            break
        peak = max(peak, anonymous(pid))
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"ended with {status}")
    return seconds, usage.ru_utime + usage.ru_stime, peak


def forked(work):
    def start():
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                work()
                code = 0
            finally:
                os._exit(code)
        return pid

    return start


def size(path):
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def fts5(once, wanted, path):
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode=off")
    db.execute("pragma synchronous=off")
    db.execute("create virtual table story using fts5(title, body, date unindexed, tokenize='porter unicode61')")
    rows = ((title, body, date) for _, date, title, body in archive(once, wanted))
    db.executemany("insert into story(title, body, date) values (?, ?, ?)", rows)
    db.commit()
    db.execute("insert into story(story) values ('optimize')")
    db.commit()
    # Pages that optimizing left empty are not its size.
    pages = [db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")]
    path.with_suffix(".size").write_text(str((pages[0] - pages[1]) * pages[2]))
    db.close()


def line(name, times):
    times = sorted(times)
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1e3
    print(f"  {name:34} {times[0] * 1e3:9.1f} {at(.5):9.1f} {at(.95):9.1f} {times[-1] * 1e3:9.1f}", flush=True)


def run(binary, once, wanted, queries, beside, work):
    files, index, table = work / "archive", work / "index", work / "fts5.db"
    files.mkdir()
    text, out = 0, None
    for n, (id_, date, title, body) in enumerate(archive(once, wanted)):
        if n % 1000 == 0:
            out and out.close()
            out = open(files / f"{n // 1000:05}.jsonl", "w", encoding="utf-8")
        text += len(title.encode()) + len(body.encode())
        out.write(json.dumps({"id": id_, "published": date, "title": title, "text": body, "source": "Reuters"}) + "\n")
    out.close()
    print(f"\n{wanted:,} stories, {text / 1e6:.0f} MB of text", flush=True)
    command = [str(binary), "index", str(files), "-q", "--index", str(index)]
    indexing = lambda: subprocess.Popen(command).pid
    made = []
    if beside:
        taken = measured(forked(lambda: fts5(once, wanted, table)))
        made.append(("SQLite FTS5", taken, int(table.with_suffix(".size").read_text())))
    ours = measured(indexing)
    made.append(("newsdex", ours, size(index)))
    again = measured(indexing)
    for name, (seconds, cpu, peak), bytes_ in made:
        print(f"  {name:12} {wanted / seconds:8.0f} stories/s  {cpu / wanted * 1e6:6.0f} µs of CPU a story  peak {peak / 1e6:6.0f} MB  "
              f"{bytes_ / text:5.2f} bytes per byte of text  {seconds:8.1f} s")
    print(f"  newsdex again, nothing changed: {again[0]:.2f} s, {ours[0] / again[0]:.0f} times as fast")

    names = lambda *more: [n["name"] for n in json.loads(subprocess.run(
        [binary, "entities", "--type", "person", "--limit", str(queries), "--format", "json", "--index", index, *more],
        capture_output=True, check=True).stdout)["entities"]]
    people, speakers = names(), names("--as", "speaker")
    words = []
    for i in range(queries):
        found = [w.lower() for w in re.findall(r"[A-Za-z]{4,}", once[i * (len(once) // queries)][0])]
        words.append(found[: 2 + i % 2] or ["bank", "rates"])
    sentences = [b.split(". ")[0].replace("\n", " ")[:120] for _, b in once[:: len(once) // queries]][:queries]

    def ask(*args):
        began = time.perf_counter()
        done = subprocess.run([str(binary), *args, "--index", str(index)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            sys.exit(f"{args}: {done.stderr.decode()}")
        return time.perf_counter() - began

    db = sqlite3.connect(table)

    def match(query, order="rank"):
        began = time.perf_counter()
        db.execute(f"select rowid, title from story where story match ? order by {order} limit 10", (query,)).fetchall()
        return time.perf_counter() - began

    quoted = lambda ws: " ".join(f'"{w}"' for w in ws)
    kinds = {
        "start alone (--version)": lambda i: timed([str(binary), "--version"]),
        "opening (a word that nobody wrote)": lambda i: ask("search", f"zzyzzx{i}"),
        "words": lambda i: ask("search", " ".join(words[i])),
        "phrase": lambda i: ask("search", f'"{" ".join(words[i])}"'),
        "NEAR/10": lambda i: ask("search", " NEAR/10 ".join(words[i])),
        "wildcard, four letters": lambda i: ask("search", words[i][0][:4] + "*"),
        "entity": lambda i: ask("search", f'person:"{people[i % len(people)]}"'),
        "speaker": lambda i: ask("search", f'speaker:"{speakers[i % len(speakers)]}"'),
        "filtered (a month)": lambda i: ask("search", " ".join(words[i]), "--since", "1987-04", "--until", "1987-04"),
        "sorted, newest": lambda i: ask("search", " ".join(words[i]), "--sort", "newest"),
        "timeline": lambda i: ask("timeline", " ".join(words[i])),
        "verify": lambda i: ask("verify", sentences[i % len(sentences)]),
        "FTS5 words (any), bm25": lambda i: match(" OR ".join(f'"{w}"' for w in words[i])),
        "FTS5 words (all), bm25": lambda i: match(quoted(words[i])),
        "FTS5 phrase, bm25": lambda i: match(f'"{" ".join(words[i])}"'),
        "FTS5 NEAR/10, bm25": lambda i: match(f"NEAR({quoted(words[i])}, 10)"),
        "FTS5 prefix, bm25": lambda i: match(f"{words[i][0][:4]}*"),
        "FTS5 words (any), newest": lambda i: match(" OR ".join(f'"{w}"' for w in words[i]), "date desc"),
    }
    if not beside:
        kinds = {name: one for name, one in kinds.items() if not name.startswith("FTS5")}
    times = {name: [] for name in kinds}
    for round_ in range(2):
        for i in range(queries):
            for name, one in kinds.items():
                taken = one(i)
                # The first round warms and is not counted.
                if round_:
                    times[name].append(taken)
    print(f"  {'milliseconds':34} {'least':>9} {'p50':>9} {'p95':>9} {'most':>9}")
    for name, taken in times.items():
        line(name, taken)


def timed(command):
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, nargs="+", default=[20_000, 200_000])
    options.add_argument("--queries", type=int, default=60)
    options.add_argument("--fts5", type=int, default=200_000)
    options.add_argument("--work", type=Path)
    options.add_argument("--newsdex", type=Path, default=Path("target/release/newsdex"))
    options = options.parse_args()
    if not DATA.exists():
        sys.exit(f"needs {DATA}, which is not there; nothing measured")
    once = stories()
    for wanted in options.articles:
        work = Path(tempfile.mkdtemp(dir=options.work))
        try:
            run(options.newsdex.resolve(), once, wanted, options.queries, wanted <= options.fts5, work)
        finally:
            shutil.rmtree(work)


main()
