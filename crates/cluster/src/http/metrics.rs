//! Numbers for Prometheus, with the names that Dask gives its own, after `bramble_`.

use std::fmt::{Display, Write};

use crate::scheduler::{Status, WorkerStatus};

/// The exposition format, version 0.0.4.
pub(super) fn text(status: &Status) -> String {
    let mut page = Page::default();
    page.family("bramble_scheduler_uptime_seconds", "gauge", "Seconds since the scheduler started.");
    page.sample("bramble_scheduler_uptime_seconds", &[], status.uptime);
    page.family("bramble_scheduler_clients", "gauge", "Clients that are connected.");
    page.sample("bramble_scheduler_clients", &[], status.clients);
    page.family("bramble_scheduler_workers", "gauge", "Workers that are connected.");
    page.sample("bramble_scheduler_workers", &[], status.workers.len());
    page.family("bramble_scheduler_tasks", "gauge", "Tasks that are known, by state.");
    for (state, count) in [
        ("waiting", status.tasks.waiting),
        ("queued", status.tasks.queued),
        ("processing", status.tasks.processing),
        ("memory", status.tasks.memory),
    ] {
        page.sample("bramble_scheduler_tasks", &[("state", state)], count);
    }
    page.family("bramble_scheduler_tasks_done_total", "counter", "Tasks that were done.");
    page.sample("bramble_scheduler_tasks_done_total", &[], status.done);
    page.family("bramble_scheduler_tasks_erred_total", "counter", "Tasks that failed.");
    page.sample("bramble_scheduler_tasks_erred_total", &[], status.failed);
    page.workers(&status.workers);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn workers(&mut self, workers: &[WorkerStatus]) {
        self.of_each(workers, "threads", "gauge", "Tasks that it runs at once.", |worker| worker.threads);
        self.family(
            "bramble_worker_memory_bytes",
            "gauge",
            "Its memory: of blocks, of those on disk, of the process, and the limit.",
        );
        for worker in workers {
            for (kind, bytes) in [
                ("managed", worker.beat.blocks),
                ("spilled", worker.beat.spilled),
                ("process", worker.beat.resident),
                ("limit", worker.memory_limit),
            ] {
                let labels = [("worker", worker.name.as_str()), ("type", kind)];
                self.sample("bramble_worker_memory_bytes", &labels, bytes);
            }
        }
        self.family("bramble_worker_tasks", "gauge", "Tasks that it was handed, by state.");
        for worker in workers {
            for (state, count) in [("executing", worker.beat.running), ("waiting", worker.beat.waiting)] {
                let labels = [("worker", worker.name.as_str()), ("state", state)];
                self.sample("bramble_worker_tasks", &labels, count);
            }
        }
        self.of_each(workers, "tasks_done_total", "counter", "Tasks that it has done.", |worker| worker.done);
        self.of_each(workers, "cpu_percent", "gauge", "Of one core.", |worker| worker.beat.cpu);
        self.family(
            "bramble_worker_temperature_celsius",
            "gauge",
            "Of its processor, where the system tells.",
        );
        for worker in workers {
            if let Some(degrees) = worker.beat.temperature {
                self.sample("bramble_worker_temperature_celsius", &[("worker", &worker.name)], degrees);
            }
        }
        self.of_each(workers, "throttled", "gauge", "Whether heat or power hold it back.", |worker| {
            u8::from(worker.beat.throttled != 0)
        });
        self.of_each(workers, "last_seen_seconds", "gauge", "Since it was heard of.", |worker| {
            worker.last_seen
        });
    }

    /// A number of every worker.
    fn of_each<T: Display>(
        &mut self,
        workers: &[WorkerStatus],
        name: &str,
        kind: &str,
        help: &str,
        value: fn(&WorkerStatus) -> T,
    ) {
        let name = format!("bramble_worker_{name}");
        self.family(&name, kind, help);
        for worker in workers {
            self.sample(&name, &[("worker", &worker.name)], value(worker));
        }
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<_> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{}}} {value}", labels.join(",")));
        }
    }

    fn line(&mut self, words: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{words}").expect("a string takes any text");
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
