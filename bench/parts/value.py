"""value: fit, prediction and intervals of the lifetime-value models, beside lifetimes."""

import re

from measure import ROOT, Failed, executable, peer, run, spread, spreads

NAME = "value"
CUSTOMERS = {"small": 100_000, "full": 1_000_000}
PARETO_CUSTOMERS = {"small": 20_000, "full": 100_000}
EXAMPLE = ROOT / "target/release/examples/value_speed"
HOW = "cargo build --locked --release --workspace --example value_speed"
STEP = re.compile(r"^(.+?)\s+([\d.]+) CPU s, peak\s+(\d+) MiB$")


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.customers, self.pareto = CUSTOMERS[settings.scale], PARETO_CUSTOMERS[settings.scale]
        if settings.pareto_whole:
            self.pareto = self.customers
        self.steps, self.peers, self.end_to_end, self.windows = {}, {}, [], []

    def prepare(self):
        executable(EXAMPLE, HOW)
        if not self.settings.without_workspace:
            self.workspace.get()

    def round(self, number):
        for customers in sorted({self.customers, self.pareto}):
            self.ours(customers)
        self.theirs("bg_nbd", self.customers, "plain")
        self.theirs("bg_nbd", self.customers, "grouped")
        self.theirs("pareto_nbd", self.pareto, "plain")
        self.theirs("pareto_nbd", self.pareto, "grouped")
        if not self.settings.without_workspace:
            self.end_to_end.append(self.workspace.value().numbers())
            self.windows.append(self.workspace.value_in_another_window().numbers())

    def ours(self, customers):
        cost = run([EXAMPLE, customers])
        steps = {}
        for line in cost.out.splitlines():
            if match := STEP.match(line):
                steps[match[1]] = float(match[2])
        if not steps:
            raise Failed(f"{EXAMPLE} printed no step:\n{cost.out}")
        steps["peak MB of all"] = cost.rss_mb
        for name, seconds in steps.items():
            self.steps.setdefault(customers, {}).setdefault(name, []).append(seconds)

    def theirs(self, model, customers, how):
        cost, answer = peer("lifetimes_fit", model, customers, how, threads=1)
        self.peers.setdefault((model, customers, how), []).append({**answer, "rss_mb": cost.rss_mb})

    def our_cpu(self, customers, model, *words):
        """Sum of the medians of the steps that have one of the words (no word: all of the model)."""
        chosen = [spread(values)["median"] for name, values in self.steps[customers].items()
                  if name.startswith(f"{model}:") and (not words or any(word in name for word in words))]
        if not chosen:
            raise Failed(f"value_speed printed no step {model}: {words}")
        return sum(chosen)

    def finish(self):
        rows, figures = [], {"steps": {}, "peers": {}}
        for customers, steps in self.steps.items():
            figures["steps"][customers] = {name: spread(values) for name, values in steps.items()}
        for (model, customers, how), answers in self.peers.items():
            fit, predict = (spread([answer[key] for answer in answers]) for key in ("fit_cpu_s", "predict_cpu_s"))
            figures["peers"][f"{model}, {customers}, {how}"] = {
                "fit_cpu_s": fit, "predict_cpu_s": predict, "rss_mb": spread([answer["rss_mb"] for answer in answers]),
                "parameters": answers[0]["parameters"], "cells": answers[0]["cells"]}
            group = spread(self.steps[customers]["group into cells"])["median"] if "group into cells" in self.steps[customers] else 0.0
            our_fit = self.our_cpu(customers, model, "fit") + group
            our_all = self.our_cpu(customers, model) + group
            both = fit["median"] + predict["median"]
            rows.append([model, f"{customers:,}", how, f"{our_fit:.2f}", f"{fit['median']:.2f}", ratio(fit["median"], our_fit),
                         f"{our_all:.2f}", f"{both:.2f}", ratio(both, our_all),
                         f"{figures['steps'][customers]['peak MB of all']['median']:,.0f}",
                         f"{figures['peers'][f'{model}, {customers}, {how}']['rss_mb']['median']:,.0f}"])
        notes = [
            "Both make the set of value.md B8 (BG/NBD truth r .25, alpha 4.5, a .8, b 2.4; T 189 to 280 days): the same law and size, not the same draws. The estimates are in report.json.",
            "Ours: grouping and fit; all = with prediction of everybody, intervals of everybody and of the total. lifetimes: fit; all = with expected purchases of everybody. lifetimes gives no intervals.",
            "lifetimes grouped: equal histories once, with weights, which its users must do by hand.",
            "value_speed prints hundredths of a second: ratios to less than .1 s are coarse.",
        ]
        if self.pareto < self.customers:
            notes.append(f"Pareto/NBD of both was measured on {self.pareto:,} customers; what {self.customers:,} take was not measured for lifetimes in this run.")
        if self.end_to_end:
            figures["perennial value"] = spreads(self.end_to_end)
            figures["another window"] = spreads(self.windows)
            figures["workspace_customers"] = self.workspace.customers
            whole = figures["perennial value"]
            notes.append(f"`perennial value` on a workspace of {self.workspace.customers:,} customers, all models, back-test, RFM, cohorts, intervals, stored: "
                         f"{whole['cpu_s']['median']:.2f} CPU s, {whole['wall_s']['median']:.2f} s wall, peak {whole['rss_mb']['median']:,.0f} MB.")
            window = figures["another window"]
            notes.append(f"The same where only the window of current value is another: {window['cpu_s']['median']:.2f} CPU s, "
                         f"{window['wall_s']['median']:.2f} s wall, peak {window['rss_mb']['median']:,.0f} MB.")
        return {"figures": figures, "rows": rows, "notes": notes,
                "headers": ["model", "customers", "lifetimes", "our fit, CPU s", "their fit, CPU s", "theirs / ours",
                            "our all, CPU s", "their all, CPU s", "theirs / ours", "our peak MB (all models)", "their peak MB"]}


def ratio(theirs, ours):
    return f"{theirs / ours:.1f}" if ours >= 0.01 else "not measurable"
