"""How many words a second the engine hears: from JSON in memory to every hit of every watch on the disk.

    python -m bench.listening --posts 400000 --watches 10000 --workers 2 --json
    python -m bench.listening --posts 200000 --watches 100 1000 10000 100000 --peers

Each worker is a process with an index of its own, as the children of the ear are. A pool of real posts (EYELEVEL_DATA:
germeval2017, germeval2021, crisislex, bluesky; --corpus germeval2017 for the long ones alone) lies in its memory as JSON
lines, and is gone through until its share of --posts is done, 4,096 posts a batch. Stages: `parse` (msgspec), `buffer` (one
run of bytes), `scan` (fold, cut, match: the compiled body), `write` (places, watches and, but for `--keep matched`, every post as
it came, into one file with fdatasync per batch). `wall` is what a batch took, `cpu` what the processor spent on it.

One post in a hundred is matched again by the plain body, which the tests hold against the reference; a difference ends the
run with 1. `--peers` measures, in one process each and on the same posts, the plain body, and ahocorasick_rs with the rest done in
Python where that is importable. `--new-watch` runs the child of the ear with that many watches and 512 words a call without a pause,
changes one watch, and says after how long the first word was matched by it (the ear looks for changes twice a second; that comes
on top). What has not been built is null: language, sentiment, signatures.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.ear import queries
from bench.heard_posts import Corpus, posts_in, real_texts
from bench.house import machine, quantile, tree_pss_mb
from bench.new_watch import new_watch

IN_A_BATCH = 4_096
MOST_IN_POOL = 100_000  # posts in the memory of one worker
CHECKED = 100  # one post in so many
COMPILED = str(Path(tempfile.gettempdir()) / f"eyelevel-bench-compiled-{os.getuid()}")
STAGES = ("parse", "buffer", "scan", "write")
NOT_BUILT = {"language": None, "sentiment": None, "signatures": None}


class Post(msgspec.Struct, gc=False):
    """What of a post's JSON the engine needs."""

    id: str
    text: str
    author: str
    language: str
    network: str


class Given(msgspec.Struct, kw_only=True):
    """What a worker is to do."""

    number: int
    posts: int
    watches: int
    corpus: Corpus
    keep: str
    folder: str


class Done(msgspec.Struct, kw_only=True):
    """What a worker did. Seconds by stage; `batches` in seconds; `sample`: posts with the watches that matched."""

    posts: int
    hits: int
    build: float
    wall: list[float]
    cpu: list[float]
    batches: list[float]
    sample: list[tuple[Post, tuple[int, ...]]]


def worker(given: Given, ready: Any, go: Any, done: Any) -> None:
    """One process: everything from bytes to the disk."""
    from eyelevel.listening.engine import jit

    jit.keep_in(COMPILED)
    from eyelevel.listening.engine.fast import FastIndex

    texts = real_texts(given.corpus)
    made = queries(given.watches, vocabulary_of(texts))
    began = time.perf_counter()
    index = FastIndex(made)
    if index.broken:
        raise SystemExit(f"watches of the benchmark that are not understood: {index.broken}")
    built = time.perf_counter() - began
    pool = list(posts_in(texts, min(given.posts, MOST_IN_POOL), IN_A_BATCH, seed=given.number))
    index.found(
        batch_of(decoder().decode_lines(pool[0]))
    )  # compiled or read from the disk before anything is measured
    result = Done(posts=0, hits=0, build=built, wall=[0.0] * 4, cpu=[0.0] * 4, batches=[], sample=[])
    del texts, made
    ready.release()
    go.wait()
    with (Path(given.folder) / f"{given.number}.log").open("wb", buffering=0) as file:
        while result.posts < given.posts:
            one_batch(pool[len(result.batches) % len(pool)], index, file, result, keep=given.keep)
    done.put(msgspec.msgpack.encode(result))


def one_batch(raw: bytes, index: Any, file: Any, result: Done, *, keep: str) -> None:
    marks = [stamp()]
    posts = decoder().decode_lines(raw)
    marks.append(stamp())
    batch = batch_of(posts)
    marks.append(stamp())
    found = index.found(batch)
    marks.append(stamp())
    lines = raw if keep == "all" else matched_lines(raw, found.ends)
    for piece in (found.ends.tobytes(), index.ids[found.numbers].tobytes(), lines):
        file.write(len(piece).to_bytes(4, "little"))
        file.write(piece)
    os.fdatasync(file.fileno())
    marks.append(stamp())
    for number in range(len(STAGES)):
        result.wall[number] += marks[number + 1][0] - marks[number][0]
        result.cpu[number] += marks[number + 1][1] - marks[number][1]
    result.batches.append(marks[-1][0] - marks[0][0])
    result.posts += len(posts)
    result.hits += len(found.numbers)
    for place in range(len(result.batches) % CHECKED, len(posts), CHECKED):
        first = int(found.ends[place - 1]) if place else 0
        its = index.ids[found.numbers[first : found.ends[place]]]
        result.sample.append((posts[place], tuple(its.tolist())))


def matched_lines(raw: bytes, ends: Any) -> bytes:
    before = 0
    kept = []
    for line, end in zip(raw.split(b"\n"), ends.tolist(), strict=False):
        if end > before:
            kept.append(line)
        before = end
    return b"\n".join(kept)


def stamp() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


_DECODERS: list[msgspec.json.Decoder[Post]] = []


def decoder() -> msgspec.json.Decoder[Post]:
    if not _DECODERS:
        _DECODERS.append(msgspec.json.Decoder(Post))
    return _DECODERS[0]


def batch_of(posts: Sequence[Post]) -> Any:
    from eyelevel.listening.engine.batch import Batch, column

    return Batch(
        texts=column([post.text for post in posts]), languages=column([post.language for post in posts]),
        networks=column([post.network for post in posts]), authors=column([post.author for post in posts]),
    )  # fmt: skip


def vocabulary_of(texts: Sequence[str]) -> list[str]:
    from eyelevel.listening.words import words_of

    return sorted({word for text in texts for word in words_of(text)})


def run(given: argparse.Namespace, watches: int) -> dict[str, Any]:
    """All workers at once; the figures."""
    context = multiprocessing.get_context("spawn")
    ready, go, done = context.Semaphore(0), context.Event(), context.Queue()
    peak = Peak()
    with tempfile.TemporaryDirectory(prefix="eyelevel-bench-", dir=given.folder) as folder:
        processes = []
        for number in range(given.workers):
            task = Given(
                number=number, posts=given.posts // given.workers, watches=watches, corpus=given.corpus, keep=given.keep,
                folder=folder,
            )  # fmt: skip
            processes.append(context.Process(target=worker, args=(task, ready, go, done)))
            processes[-1].start()
        for _ in processes:
            ready.acquire()
        peak.start()
        began = time.perf_counter()
        go.set()
        results = [msgspec.msgpack.decode(done.get(), type=Done) for _ in processes]
        spent = time.perf_counter() - began
        peak.stop()
        for process in processes:
            process.join()
        written = sum(path.stat().st_size for path in Path(folder).iterdir())
    return figures(results, spent, watches) | {
        "peak_rss_mb": round(peak.most), "written_mb": round(written / 1e6), "workers": given.workers, "keep": given.keep,
        **checked(results, watches, given.corpus),
    }  # fmt: skip


def figures(results: Sequence[Done], spent: float, watches: int) -> dict[str, Any]:
    posts = sum(one.posts for one in results)
    batches = [seconds for one in results for seconds in one.batches]
    return {
        "watches": watches, "posts": posts, "posts_per_s": round(posts / spent),
        "posts_per_cpu_s": round(posts / sum(sum(one.cpu) for one in results)),
        "batch_p50_ms": round(quantile(batches, 0.5) * 1000), "batch_p99_ms": round(quantile(batches, 0.99) * 1000),
        "hits_a_post": round(sum(one.hits for one in results) / posts, 2), "build_s": round(max(one.build for one in results), 2),
        "stages_us": {
            stage: {
                "cpu": round(sum(one.cpu[number] for one in results) / posts * 1e6, 2),
                "wall": round(sum(one.wall[number] for one in results) / posts * 1e6, 2),
            }
            for number, stage in enumerate(STAGES)
        },
        **NOT_BUILT,
    }  # fmt: skip


def checked(results: Sequence[Done], watches: int, corpus: Corpus) -> dict[str, Any]:
    """The sample again, by the plain body; how fast that was, for the ratio."""
    from eyelevel.listening.engine.body import process
    from eyelevel.listening.engine.index import build

    sample = {(post.text, post.language): (post, its) for one in results for post, its in one.sample}
    total = sum(len(one.sample) for one in results)
    index = build(queries(watches, vocabulary_of(real_texts(corpus))))
    batch = batch_of([post for post, _its in sample.values()])
    began = time.process_time()
    again = process(batch, index).of_each()
    spent = time.process_time() - began
    wrong = sum(its != plain for (_post, its), plain in zip(sample.values(), again, strict=True))
    return {
        "checked": total, "checked_distinct": len(sample), "differences": wrong,
        "plain_posts_per_cpu_s": round(len(sample) / spent),
    }  # fmt: skip


def peers(watches: int, corpus: Corpus) -> Iterator[tuple[str, float | None]]:
    """Posts per CPU second for matching alone, in this process, on the same 4,096 posts."""
    from eyelevel.listening.engine import jit

    jit.keep_in(COMPILED)
    from bench.peer_matchers import by_ahocorasick
    from eyelevel.listening.engine.body import process
    from eyelevel.listening.engine.fast import FastIndex
    from eyelevel.listening.engine.index import build

    texts = real_texts(corpus)
    made = queries(watches, vocabulary_of(texts))
    batch = batch_of(decoder().decode_lines(next(posts_in(texts, IN_A_BATCH, IN_A_BATCH, seed=0))))
    fast, plain, other = FastIndex(made), build(made), by_ahocorasick(made)
    wanted = fast.process(batch).of_each()
    ways = [
        ("compiled", fast.process),
        ("plain", lambda batch: process(batch, plain)),
        ("ahocorasick_rs", other),
    ]
    for name, way in ways:
        if way is None:
            print("ahocorasick_rs is NOT INSTALLED: it was not measured", flush=True)
            yield name, None
            continue
        took = []
        for _ in range(3):
            began = time.process_time()
            found = way(batch)
            took.append(time.process_time() - began)
        if found.of_each() != wanted:
            raise SystemExit(f"{name} finds something else")
        yield name, round(IN_A_BATCH / sorted(took)[1])


class Peak(threading.Thread):
    """The largest sum of PSS of this process and its children, looked at four times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self._ended = 0.0, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.25):
            self.look()

    def look(self) -> None:
        self.most = max(self.most, sum(tree_pss_mb(os.getpid()).values()))

    def stop(self) -> None:
        self._ended.set()
        self.join()
        self.look()


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--posts", type=int, default=400_000)
    options.add_argument("--watches", type=int, nargs="+", default=[10_000])
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--corpus", choices=("all", "germeval2017"), default="all")
    options.add_argument("--keep", choices=("all", "matched"), default="all", help="which posts are written")
    options.add_argument("--folder", help="where to write; a disk, not memory")
    options.add_argument("--peers", action="store_true")
    options.add_argument("--new-watch", action="store_true")
    options.add_argument(
        "--json", action="store_true", help="one line of JSON for each number of watches, and nothing else"
    )
    given = options.parse_args()
    texts = real_texts(given.corpus)
    size = sum(len(text.encode()) for text in texts) // len(texts)
    wrong = 0
    for watches in given.watches:
        found = run(given, watches) | {"corpus": given.corpus, "text_bytes": size, "machine": machine()}
        if given.peers:
            found["matching_alone_posts_per_cpu_s"] = dict(peers(watches, given.corpus))
        if given.new_watch:
            texts = real_texts(given.corpus)
            found["new_watch"] = new_watch(queries(watches, vocabulary_of(texts)), texts, keep_in=COMPILED)
        wrong += found["differences"]
        print(json.dumps(found, indent=None if given.json else 2), flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
