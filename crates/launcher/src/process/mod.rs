//! One child process: start, watch, start again after a crash, stop.

mod specification;

use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::Child;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

pub(crate) use specification::Specification;
use todo_local_runtime::database::signal;

/// Longer than a service's own drain (8 s).
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);
/// A grandchild may keep the pipe open after the process is gone.
const OUTPUT_WITHIN: Duration = Duration::from_secs(1);

/// A supervised process. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Process {
    orders: mpsc::Sender<(Order, oneshot::Sender<()>)>,
    /// Told when a stop need not be waited for any longer.
    hurry: Arc<Notify>,
    supervisor: JoinHandle<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// SIGKILL, and stay down until started.
    Kill,
    /// SIGTERM, and stay down until started.
    Halt,
    /// Stop if running, then start.
    Restart,
    /// SIGTERM, then the supervisor ends.
    Stop,
}

/// Why a run of the process is over.
enum Ending {
    /// By itself, with this description.
    Crash(String),
    Ordered(Order),
}

impl Process {
    /// Starts the process and its supervisor.
    pub(crate) fn start(specification: Specification) -> Self {
        let (orders, received) = mpsc::channel(4);
        let hurry = Arc::<Notify>::default();
        let supervisor = tokio::spawn(supervise(specification, received, Arc::clone(&hurry)));
        Self { orders, hurry, supervisor }
    }

    /// Kills the process the hard way and keeps it down.
    pub(crate) async fn kill(&self) {
        self.order(Order::Kill).await;
    }

    /// Stops the process in an orderly way and keeps it down.
    pub(crate) async fn halt(&self) {
        self.order(Order::Halt).await;
    }

    /// Starts the process again, after an orderly stop if it runs.
    pub(crate) async fn restart(&self) {
        self.order(Order::Restart).await;
    }

    /// Stops the process in an orderly way, for good.
    pub(crate) async fn stop(&self) {
        self.order(Order::Stop).await;
    }

    /// Ends the wait of [`Process::stop`]: what the process still had to do has become pointless, and it is killed.
    pub(crate) fn hurry(&self) {
        self.hurry.notify_one();
    }

    async fn order(&self, order: Order) {
        let (done, wait) = oneshot::channel();
        if self.orders.send((order, done)).await.is_ok() {
            // An error means that the supervisor has ended, which is what a stop asks for.
            let _ = wait.await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

type Orders = mpsc::Receiver<(Order, oneshot::Sender<()>)>;

async fn supervise(specification: Specification, mut orders: Orders, hurry: Arc<Notify>) {
    let mut pause = None;
    loop {
        let started = Instant::now();
        let mut order = match run(&specification, &mut orders, &hurry).await {
            Ending::Ordered(order) => Some(order),
            Ending::Crash(reason) => {
                let next = specification.backoff.next(pause, started.elapsed());
                pause = Some(next);
                let seconds = next.as_secs_f32();
                specification.say(&format!("{reason}; starting again in {seconds:.1} s"));
                tokio::select! {
                    () = sleep(next) => None,
                    received = orders.recv() => Some(acknowledge(received)),
                }
            }
        };
        while matches!(order, Some(Order::Kill | Order::Halt)) {
            order = Some(acknowledge(orders.recv().await));
        }
        match order {
            Some(Order::Stop) => return,
            Some(Order::Restart) => pause = None,
            Some(Order::Kill | Order::Halt) | None => {}
        }
    }
}

/// Answers an order that needs no work because nothing runs. Nobody left to order means stop.
fn acknowledge(received: Option<(Order, oneshot::Sender<()>)>) -> Order {
    let Some((order, done)) = received else { return Order::Stop };
    let _ = done.send(());
    order
}

/// One run of the process, from start to end.
async fn run(specification: &Specification, orders: &mut Orders, hurry: &Notify) -> Ending {
    let mut child = match specification.spawn() {
        Ok(child) => child,
        Err(error) => {
            return Ending::Crash(format!(
                "{} could not be started: {error}",
                specification.program.display()
            ));
        }
    };
    let pid = child.id();
    if let Some(pid) = pid {
        specification.guardian.add(pid);
    }
    let mut streams = specification.forward(&mut child);
    let (ending, done) = tokio::select! {
        status = child.wait() => {
            let text = status.map_or_else(|error| error.to_string(), |status| status.to_string());
            (Ending::Crash(format!("ended by itself ({text})")), None)
        }
        received = orders.recv() => {
            let (order, done) = received.map_or((Order::Stop, None), |(order, done)| (order, Some(done)));
            end(specification, &mut child, order, hurry).await;
            (Ending::Ordered(order), done)
        }
    };
    let drained = timeout(OUTPUT_WITHIN, async { while streams.join_next().await.is_some() {} });
    if drained.await.is_err() {
        streams.abort_all();
    }
    if let Some(pid) = pid {
        specification.guardian.remove(pid);
    }
    if let Some(done) = done {
        let _ = done.send(());
    }
    ending
}

async fn end(specification: &Specification, child: &mut Child, order: Order, hurry: &Notify) {
    if order != Order::Kill {
        if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
            signal(pid, Signal::TERM);
        }
        tokio::select! {
            ended = timeout(specification.patience, child.wait()) => match ended {
                Ok(_) => return,
                Err(_) => specification.say("does not stop; killing it"),
            },
            () = hurry.notified() => {}
        }
    }
    if let Err(error) = child.kill().await {
        specification.say(&format!("could not be killed: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::backoff::Backoff;
    use crate::guardian::Guardian;
    use crate::output::{Output, tests::Kept};

    fn shell(script: &str, kept: &Kept) -> Process {
        Process::start(specification("/bin/sh", &["-c", script], kept))
    }

    fn specification(program: &str, arguments: &[&str], kept: &Kept) -> Specification {
        let pause = Duration::from_millis(5);
        Specification {
            name: "probe".to_owned(),
            index: 0,
            program: PathBuf::from(program),
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            directory: PathBuf::from("/"),
            environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]),
            backoff: Backoff {
                first: pause,
                most: pause * 4,
                settled_after: Duration::from_secs(9),
            },
            patience: PATIENCE,
            output: Output::new(kept.clone(), false),
            guardian: Arc::new(Guardian::start().unwrap()),
        }
    }

    async fn wait_for(what: &str, condition: impl Fn() -> bool) {
        let waiting = async {
            while !condition() {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), waiting)
            .await
            .unwrap_or_else(|_| panic!("timed out: {what}"));
    }

    #[tokio::test]
    async fn a_crashing_service_is_started_again_and_again_with_growing_pauses() {
        let kept = Kept::default();
        let service = shell("echo hello; exit 3", &kept);
        wait_for("three starts", || kept.text().matches("| hello").count() >= 3).await;
        let text = kept.text();
        assert!(
            text.contains("todo                 | probe ended by itself (exit status: 3)"),
            "{text}"
        );
        service.stop().await;
    }

    #[tokio::test]
    async fn a_killed_service_stays_down_until_it_is_started() {
        let kept = Kept::default();
        let service = shell("echo up; sleep 60 & wait", &kept);
        wait_for("the start", || kept.text().contains("| up")).await;
        service.kill().await;
        assert_eq!(kept.text().matches("| up").count(), 1);
        service.restart().await;
        wait_for("the second start", || kept.text().matches("| up").count() == 2).await;
        service.stop().await;
    }

    #[tokio::test]
    async fn a_stop_lets_the_service_finish() {
        let kept = Kept::default();
        let service =
            shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done", &kept);
        wait_for("the start", || kept.text().contains("| up")).await;
        service.stop().await;
        assert!(kept.text().contains("| bye"), "{}", kept.text());
        assert!(!kept.text().contains("starting again"));
    }

    #[tokio::test]
    async fn who_does_not_stop_is_killed_and_named() {
        let kept = Kept::default();
        let script = "trap '' TERM; echo up; while :; do sleep 0.01; done";
        let mut specification = specification("/bin/sh", &["-c", script], &kept);
        specification.patience = Duration::from_millis(50);
        let service = Process::start(specification);
        wait_for("the start", || kept.text().contains("| up")).await;
        service.stop().await;
        assert!(kept.text().contains("probe does not stop; killing it"), "{}", kept.text());
    }

    #[tokio::test]
    async fn a_stop_that_nobody_needs_to_wait_for_ends_without_a_word() {
        let kept = Kept::default();
        let service = shell("trap '' TERM; echo up; while :; do sleep 0.01; done", &kept);
        wait_for("the start", || kept.text().contains("| up")).await;
        tokio::join!(service.stop(), async { service.hurry() });
        assert!(!kept.text().contains("killing it"), "{}", kept.text());
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let kept = Kept::default();
        let service = Process::start(specification("/nonexistent/program", &[], &kept));
        wait_for("the message", || kept.text().contains("/nonexistent/program could not")).await;
        service.stop().await;
    }
}
