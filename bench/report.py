"""Medians of what run.sh measured, as a table. Use: report.py RESULTS TICKS_PER_SECOND HAPROXY"""

import collections
import json
import platform
import statistics
import sys

path, ticks_per_second, haproxy = sys.argv[1], int(sys.argv[2]), sys.argv[3]
runs = collections.defaultdict(list)
for line in open(path):
    scenario, proxy, ticks, report = line.split(" ", 3)
    report = json.loads(report)
    # An echo is two relayed messages: one up, one down. Those of the warm-up count on both sides.
    relayed = 2 * report["messages"]["echoed"]
    runs[scenario, proxy].append(
        (int(ticks) / ticks_per_second * 1e6 / relayed, 2 * report["throughput"]["messagesPerSecond"])
    )

print(f"{haproxy.split(' - ')[0]}, Linux {platform.release()}, {platform.machine()}")
print()
print("| scenario | proxy | relayed messages/s | CPU µs per message (spread) | CPU ratio to HAProxy |")
print("|---|---|---|---|---|")
for scenario in dict.fromkeys(s for s, _ in runs):
    pairs = zip(runs[scenario, "holdfast"], runs[scenario, "haproxy"])
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    for proxy in ("haproxy", "holdfast"):
        cpu = [run[0] for run in runs[scenario, proxy]]
        rate = statistics.median(run[1] for run in runs[scenario, proxy])
        spread = (max(cpu) - min(cpu)) / 2 / statistics.median(cpu) * 100
        shown = f"{ratio:.2f}" if proxy == "holdfast" else "1"
        print(
            f"| {scenario} | {proxy} | {rate:,.0f} | {statistics.median(cpu):.2f} (±{spread:.0f} %) | {shown} |"
        )
