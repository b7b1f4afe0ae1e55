"""The protocol of all contestants: ready after the warm-ups, then one measurement for each line that comes in."""

import json
import math
import sys
import time

WARM_UPS = 3
WARM_UP_SECONDS = 1
LEAST_SECONDS = 0.02


def serve(work, check=lambda answer: answer):
    """Measures some work whenever a line comes in; it gives a number, a list of numbers, None, or what `check` makes that of.

    With an attribute `before` it is prepared by that each time, which is not measured.
    """
    before = getattr(work, "before", lambda: None)

    def timed(times):
        seconds = 0.0
        for _ in range(times):
            before()
            started = time.perf_counter()
            answer = work()
            seconds += (time.perf_counter() - started) / times
        checked = check(answer)
        return {"seconds": seconds, "answer": [] if checked is None else checked}

    last = timed(1)
    for _ in range(1, WARM_UPS):
        if last["seconds"] < WARM_UP_SECONDS:
            last = timed(1)
    times = min(1000, math.ceil(LEAST_SECONDS / last["seconds"]))
    say({"ready": True})
    for _ in sys.stdin:
        say(timed(times))


def start(prepared):
    """Serves some work, or work and what tells whether its answer is right."""
    serve(*prepared) if isinstance(prepared, tuple) else serve(prepared)


def parameters():
    """The workload and its parameters, which the command line names."""
    return sys.argv[1], json.loads(sys.argv[2])


def sample(values):
    """Some elements of a long result, spread over it: enough to tell a wrong answer."""
    return [float(values[number * len(values) // 100]) for number in range(100)]


def say(message):
    print(json.dumps(message), flush=True)
