"""Medians and spread of what run.sh measured: a table on standard output, JSON, and the documentation's page.

  report.py [--results FILE] [--docs FILE] MACHINE RUNS      as run.sh does
  report.py [--docs FILE] RESULTS                            again from a JSON file of before
"""

import argparse
import json
import os
import platform
import statistics

PEERS_NOT = ("direct", "floor", "holdfast")

# Scenario: title, what is counted.
SCENARIOS = {
    "single": ("64 B echoes, 200 connections, one under way on each", "message"),
    "busy": ("64 B echoes, 200 connections, 16 under way on each", "message"),
    "medium": ("16 KiB echoes, 50 connections", "bulk"),
    "bulk": ("1 MiB echoes, 8 connections", "bulk"),
    "steady": ("128 B echoes, 4,000 connections, 20,000 a second (open loop)", "message"),
    "growth-100": ("128 B echoes, 100 connections, 20,000 a second (open loop)", "message"),
    "growth-1000": ("128 B echoes, 1,000 connections, 20,000 a second (open loop)", "message"),
    "growth-9000": ("128 B echoes, 9,000 connections, 20,000 a second (open loop)", "message"),
    "short": ("short connections: connect, handshake, one echo, close; 64 at a time", "handshake"),
    "http": ("HTTP exchanges over 100 kept connections, for reference", "exchange"),
    "tls": ("64 B echoes over TLS, 200 connections", "message"),
    "tls-bulk": ("1 MiB echoes over TLS, 8 connections", "bulk"),
    "tls-short": ("short connections over TLS, 64 at a time", "handshake"),
    "idle": ("memory per idle connection, each has carried 128 B", "memory"),
    "idle-64k": ("memory per idle connection, each has carried 64 KiB", "memory"),
}

# What a release needs and what we are out for, each as a multiple of the best peer's, or a number by itself.
# Scenario, column, must, aim, whether they are multiples.
BUDGETS = [
    ("single", "cpu", 1.0, 0.9, True),
    ("busy", "cpu", 1.1, 0.9, True),
    ("medium", "cpu", 1.1, 0.9, True),
    ("bulk", "mb", 1 / 0.85, 1.0, True),
    ("idle", "pss8000", 8000 / 1024, 4500 / 1024, False),
    ("idle-64k", "pss8000", 8000 / 1024, 4500 / 1024, False),
    ("short", "cpu", 1.3, 1.0, True),
    ("steady", "cpu", 1.1, 1.0, True),
]

BUDGETS_SAY = [
    "What a release must reach and what we aim at, as a multiple of the best of HAProxy, nginx and Caddy in its best setting for the line (above 1 is worse);",
    "memory is KiB of a connection, tails are milliseconds above the best. `bench/start.sh` measures starts.",
]

LOSSES_SAY = "Latencies of closed loops, which follow from the rate, and the largest of all are not compared."

# Kind of scenario: its columns as (key, title, decimals, which is better).
TIMES = [("p50", "p50 ms", 3, None), ("p99", "p99 ms", 2, None), ("p999", "p99.9 ms", 2, None), ("max", "max ms", 1, None)]
COLUMNS = {
    "message": [("rate", "messages/s", 0, max), ("cpu", "CPU µs per message", 2, min), *TIMES],
    "bulk": [
        ("mb", "MB/s each way", 0, max),
        ("mbcpu", "MB per CPU second", 0, max),
        ("cpu", "CPU µs per message", 1, min),
        *TIMES,
    ],
    "handshake": [("rate", "handshakes/s", 0, max), ("cpu", "CPU µs per connection", 1, min), *TIMES],
    "exchange": [("rate", "exchanges/s", 0, max), ("cpu", "CPU µs per exchange", 1, min), *TIMES],
    "memory": [
        ("pss2000", "PSS KiB at 2,000", 1, min),
        ("rss2000", "RSS KiB at 2,000", 1, min),
        ("pss8000", "PSS KiB at 8,000", 1, min),
        ("rss8000", "RSS KiB at 8,000", 1, min),
        ("fresh", "process without any, MiB", 0, min),
    ],
}


def columns(scenario):
    """An open loop has a fixed rate, and its latencies count, but for the largest; in a closed one they follow from the rate."""
    kind = COLUMNS[SCENARIOS[scenario][1]]
    if not scenario.startswith(("steady", "growth")):
        return kind
    return [(k, t, d, {"rate": None, "p50": min, "p99": min, "p999": min}.get(k, better)) for k, t, d, better in kind]


def measures(run):
    """What one run says, by column; None for a run that lost something."""
    kind = SCENARIOS[run["scenario"]][1]
    if kind == "memory":
        memory = run["memory"]
        found = {"fresh": memory["fresh"]["pss"] / 1024}
        for what in ("pss", "rss"):
            grown = memory["loaded"][what] - memory["fresh"][what]
            found[f"{what}{memory['connections']}"] = grown / memory["connections"]
        return found
    report = run["report"]
    if kind == "exchange":
        count, micros = report["exchanges"], report["cpuMicros"]
        if not count:
            return None
        latency = {k: report[k] / 1e3 for k in ("p50", "p99", "p999", "max")}
        return {"rate": count / report["seconds"], "cpu": micros / count if micros else None, **latency}
    if not report["ok"]:
        return None
    # An echo is two relayed messages, one up and one down; a short connection is one of its kind.
    each = 1 if kind == "handshake" else 2
    throughput = report["throughput"]
    found = {k: report["latency"][k] / 1e3 for k in ("p50", "p99", "p999", "max")}
    found["rate"] = each * throughput["messagesPerSecond"]
    found["mb"] = throughput["bytesPerSecond"] / 1e6
    if report["cpuOf"]:
        found["cpu"] = report["cpuOf"]["microsPerEcho"] / each
        seconds = report["cpuOf"]["cpuSeconds"] or 1e-9
        found["mbcpu"] = 2 * throughput["bytesPerSecond"] * throughput["seconds"] / 1e6 / seconds
    return found


def summarise(runs):
    """{scenario: {proxy: {column: {median, low, high}}}}"""
    values = {}
    for run in runs:
        here = values.setdefault(run["scenario"], {}).setdefault(run["proxy"], {})
        for column, value in (measures(run) or {}).items():
            if value is not None:
                here.setdefault(column, []).append(value)
    return {
        scenario: {
            proxy: {
                column: {"median": statistics.median(all_), "low": min(all_), "high": max(all_)}
                for column, all_ in found.items()
            }
            for proxy, found in proxies.items()
        }
        for scenario, proxies in values.items()
    }


def shown(value, decimals, spread):
    if not value:
        return "–"
    text = f"{value['median']:,.{decimals}f}"
    share = (value["high"] - value["low"]) / 2 / abs(value["median"]) * 100 if value["median"] else 0
    if not spread or share < 0.5:
        return text
    if share >= 100:
        return f"{text} ({value['low']:,.{decimals}f}–{value['high']:,.{decimals}f})"
    return f"{text} ±{share:.0f} %"


def table(scenario, proxies):
    head = ["proxy", *(title for _, title, _, _ in columns(scenario))]
    rows = [
        [name, *(shown(found.get(key), decimals, better) for key, _, decimals, better in columns(scenario))]
        for name, found in proxies.items()
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(row):
        return "| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) + " |"

    rule = "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(widths)) + "|"
    return [line(head), rule, *(line(row) for row in rows)]


def against_best(summary):
    """(scenario, column title, ours, best peer, its name, ratio > 1 when we lose, clear) of what can be better or worse."""
    for scenario, proxies in summary.items():
        ours = proxies.get("holdfast", {})
        for key, title, decimals, better in columns(scenario):
            peers = [(found[key], name) for name, found in proxies.items() if name not in PEERS_NOT and key in found]
            if better is None or key not in ours or not peers:
                continue
            best, name = better(peers, key=lambda peer: peer[0]["median"])
            mine, theirs = ours[key]["median"], best["median"]
            if mine <= 0 or theirs <= 0:
                continue  # memory can shrink, and then tells nothing
            ratio = mine / theirs if better is min else theirs / mine
            clear = ours[key]["low"] > best["high"] if better is min else ours[key]["high"] < best["low"]
            yield scenario, title, f"{mine:,.{decimals}f}", f"{theirs:,.{decimals}f}", name, ratio, clear


def median(summary, scenario, proxy, column):
    found = summary.get(scenario, {}).get(proxy, {}).get(column)
    return found["median"] if found else None


def verdict(value, must, aim):
    return "aim met" if value <= aim else "must met" if value <= must else "**missed**"


def budgets(summary):
    """The release's budgets: every line with what it needs, what was found, and what that means."""
    rows = []
    best = {(scenario, title): found for scenario, title, *found in against_best(summary)}
    for scenario, key, must, aim, multiple in BUDGETS:
        title = next((t for k, t, _, _ in columns(scenario) if k == key), None)
        mine, theirs, name, ratio, _ = best.get((scenario, title), [None] * 5)
        if mine is None:
            rows.append([scenario, title or key, f"{must:.2f}", f"{aim:.2f}", "not measured", "", "", ""])
            continue
        if multiple:
            floor = median(summary, "single", "floor", "cpu") if scenario == "single" else None
            # Below the floor belongs to the aim where it can be had.
            met = floor is None or median(summary, "single", "holdfast", "cpu") < floor
            wanted = f"{aim:.2f} ×" + (f", below the floor's {floor:.2f}" if floor else "")
            rows.append([scenario, title, f"{must:.2f} ×", wanted, mine, f"{theirs} {name}", f"{ratio:.2f} ×", verdict(ratio, must, aim if met else 0)])
        else:
            value = median(summary, scenario, "holdfast", key)
            # Under every peer belongs to the aim.
            said = verdict(value, must, aim if ratio < 1 else 0)
            rows.append([scenario, title, f"{must:.1f}", f"{aim:.1f}, under every peer", mine, f"{theirs} {name}", f"{ratio:.2f} ×", said])
    tails = {n: median(summary, "steady", n, "p999") for n in summary.get("steady", {}) if n not in PEERS_NOT}
    ours = median(summary, "steady", "holdfast", "p999")
    if ours is not None and any(tails.values()):
        name, least = min(((n, v) for n, v in tails.items() if v), key=lambda each: each[1])
        rows.append(["steady", "p99.9 ms", "+5", "+0", f"{ours:.2f}", f"{least:.2f} {name}", f"{ours - least:+.2f}", verdict(ours - least, 5, 0)])

    def growth(name):
        few, many = (median(summary, f"growth-{n}", name, "cpu") for n in (100, 9000))
        return many / few if few and many else None

    mine, theirs = growth("holdfast"), growth("nginx")
    if mine and theirs:
        # No worse than nginx's is both: flatter is the aim.
        rows.append(["growth", "CPU at 9,000 by that at 100", "nginx's", "less", f"{mine:.2f}", f"{theirs:.2f} nginx", f"{mine / theirs:.2f} ×", verdict(mine / theirs, 1.0, 0.99)])
    head = ["scenario", "what", "must", "aim", "Holdfast", "best peer", "against it", ""]
    lines = ["| " + " | ".join(row) + " |" for row in [head, *rows]]
    return [lines[0], "|---|---|---|---|---|---|---|---|", *lines[1:]] if rows else []


def losses(summary):
    lines = []
    for scenario, title, mine, theirs, name, ratio, clear in against_best(summary):
        if ratio > 1:
            unsure = "; one run" if SCENARIOS[scenario][1] == "memory" else "" if clear else "; the runs overlap"
            lines.append(f"- `{scenario}`, {title}: {mine} against {theirs} of {name} ({ratio:.2f} × worse{unsure})")
    return lines or ["- nowhere, in these scenarios and on this machine"]


def problems(runs):
    return [
        f"- `{run['scenario']}`, {run['proxy']}: {problem}"
        for run in runs
        for problem in run.get("report", {}).get("problems", [])
    ]


def text(machine, summary, runs, heading):
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory']}; Linux {machine['kernel']}, {machine['machine']};",
        f"congestion control {machine['congestion']}; load average at the start {machine['load']}; {machine['time']}.",
        f"{machine['repeats']} rounds of {machine['seconds']} s.",
    ]
    if machine["load"] > 1:
        lines += ["", "**The machine was busy with other work**: times are longer than they need be, and only clear differences count."]
    for scenario, proxies in summary.items():
        lines += ["", f"{heading} {scenario}", "", SCENARIOS[scenario][0][0].upper() + SCENARIOS[scenario][0][1:] + ".", ""]
        lines += table(scenario, proxies)
    lines += ["", f"{heading} Budgets", "", *BUDGETS_SAY, "", *budgets(summary)]
    lines += ["", f"{heading} Where Holdfast loses to the best of its peers", "", LOSSES_SAY, "", *losses(summary)]
    found = problems(runs)
    if found:
        lines += ["", f"{heading} Runs that failed and are left out", "", *found]
    return lines


def page(machine, summary, runs):
    lines = [
        "# Performance",
        "",
        "Made by [`bench/run.sh --docs`](../bench/README.md), which anyone can run again. Absolute numbers depend on the machine and on what else",
        "it does: compare lines. Every proxy runs on one core, and the load with the echo servers on another, so a proxy that needs little CPU",
        "waits for the load: messages/s have a ceiling that is not the proxy's. CPU per message tells more.",
        "",
        "- A message is one that was relayed: an echo is two. CPU is user and system time of all the proxy's processes over the measured time.",
        "- Each figure is the median of the rounds, ± half of the distance between lowest and highest. Every echo was checked, byte for byte.",
        "- Latency counts from when a message was due. Only `steady` and `growth` have a fixed rate; elsewhere it follows from the throughput.",
        "- MB are 10⁶ bytes; those per CPU second count both ways. Memory is what a connection adds to a warm process: the kernel's",
        "  socket buffers do not count. Holdfast's heap was collected before.",
        "- `direct` is the load without a proxy, `floor` a bare relay in C: what the kernel charges. `-64k` has large buffers, the best",
        "  setting for large messages; Holdfast has one setting, its defaults.",
        "",
        "| proxy | version | settings |",
        "|---|---|---|",
    ]
    lines += [f"| {p['name']} | {p['version'] or '–'} | {p['settings']} |" for p in machine["proxies"]]
    return [*lines, "", *text(machine, summary, runs, "##")]


def describe(path):
    machine = json.load(open(path))
    machine["proxies"] = [p for p in machine["proxies"] if p]
    cpu = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory = int(open("/proc/meminfo").readline().split()[1]) / 2**20
    machine.update(
        cpu=cpu[0] if cpu else "unknown CPU",
        cores=os.cpu_count(),
        memory=f"{memory:.0f} GiB",
        kernel=platform.release(),
        machine=platform.machine(),
    )
    return machine


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--results")
    arguments.add_argument("--docs")
    arguments.add_argument("files", nargs="+")
    options = arguments.parse_args()
    if len(options.files) == 2:
        machine = describe(options.files[0])
        runs = [json.loads(line) for line in open(options.files[1])]
    else:
        before = json.load(open(options.files[0]))
        machine, runs = before["machine"], before["runs"]
    summary = summarise(runs)
    if options.results:
        with open(options.results, "w") as out:
            json.dump({"machine": machine, "summary": summary, "runs": runs}, out, indent=1)
    if options.docs:
        with open(options.docs, "w") as out:
            out.write("\n".join(page(machine, summary, runs)) + "\n")
    print("\n".join(text(machine, summary, runs, "==")))
    for path in filter(None, (options.results, options.docs)):
        print(f"\nwritten: {path}")


main()
