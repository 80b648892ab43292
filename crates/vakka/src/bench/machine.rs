//! What a figure was measured on, and what other processes have used, as Linux tells it.

use serde::Serialize;
use std::collections::HashMap;
use std::fs;

/// The machine.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Cores that this process may use.
    pub cores: usize,
    /// Memory in GiB.
    pub memory_gib: f64,
    /// Name of the processor.
    pub cpu: String,
    /// Kernel.
    pub kernel: String,
}

impl Machine {
    /// Asks the system; what it does not tell is empty.
    pub fn here() -> Self {
        let value = |text: &str, key: &str| {
            text.lines().find_map(|line| Some(line.strip_prefix(key)?.trim_start_matches([' ', '\t', ':']).to_owned()))
        };
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = value(&memory, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: (kib.unwrap_or(0.0) / 1024.0 / 1024.0 * 10.0).round() / 10.0,
            cpu: value(&cpus, "model name").unwrap_or_default(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
        }
    }

    /// One line for people.
    pub fn words(&self) -> String {
        format!("{} cores ({}), {} GiB, Linux {}", self.cores, self.cpu, self.memory_gib, self.kernel)
    }
}

/// Clock ticks per second in `/proc`; Linux has told user space 100 for thirty years.
const TICKS_PER_S: f64 = 100.0;

/// CPU seconds that this process has used, without the processes it started.
pub fn own_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    // utime and stime.
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_S
}

/// CPU seconds that a process and its living and ended children have used so far.
pub fn cpu_s(root: u32) -> f64 {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut used: HashMap<u32, f64> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The program's name stands in brackets and may hold spaces.
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        children.entry(number(1) as u32).or_default().push(pid);
        // utime, stime, and those of children that have ended.
        used.insert(pid, (11..15).map(number).sum::<f64>() / TICKS_PER_S);
    }
    let (mut total, mut waiting) = (0.0, vec![root]);
    while let Some(pid) = waiting.pop() {
        total += used.get(&pid).copied().unwrap_or(0.0);
        waiting.extend(children.remove(&pid).unwrap_or_default());
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_and_its_work_are_seen() {
        assert!(Machine::here().memory_gib > 0.0);
        let start = std::time::Instant::now();
        while start.elapsed().as_millis() < 60 {}
        assert!(cpu_s(std::process::id()) > 0.0);
    }
}
