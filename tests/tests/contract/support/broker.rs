//! Kafka for the worlds of this program.
//!
//! A broker takes seconds to start, so worlds take turns at a few, each with its topics made anew. They end with the
//! program: the guarding shell sees to it. Their data lies under `target/tmp` and is removed by the next run.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{LazyLock, Once},
};

use todo_launcher::{
    Output,
    dapr::{Host, Kafka},
    parts::{BrokerParts, Parts},
};
use todo_tests::within;
use todo_topics::{Broker, Topics, TopicsFile};
use tokio::sync::{Mutex, MutexGuard, OnceCell, Semaphore, SemaphorePermit};

use super::PATIENCE;

const BROKERS: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(BROKERS);
static KAFKAS: [Mutex<Option<Kafka>>; BROKERS] = [const { Mutex::const_new(None) }; BROKERS];
static PARTS: OnceCell<Parts> = OnceCell::const_new();
/// Tests have a tokio runtime each; what they share outlives them.
static SHARED: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());

/// The programs of the real runtime.
pub(super) async fn parts() -> &'static Parts {
    let obtain = async || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Parts::obtain(&root, None, &Output::stdout()).await.unwrap()
    };
    PARTS.get_or_init(obtain).await
}

/// A broker that is this world's alone until it is dropped.
pub(super) struct Lease {
    pub(super) address: String,
    _kafka: MutexGuard<'static, Option<Kafka>>,
    _turn: SemaphorePermit<'static>,
}

/// Waits for a broker and makes it have these topics and no others.
pub(super) async fn lease(topics: &BTreeSet<String>, partitions: u16) -> Lease {
    let turn = TURNS.acquire().await.unwrap();
    let free = KAFKAS.iter().enumerate().find_map(|(n, kafka)| Some((n, kafka.try_lock().ok()?)));
    let (number, mut kafka) = free.expect("there are as many turns as brokers");
    if kafka.is_none() {
        *kafka = Some(SHARED.spawn(start(number)).await.unwrap());
    }
    let address = kafka.as_ref().unwrap().brokers();
    let there = Topics::at(&Broker::plain(&address, PATIENCE)).await.unwrap();
    there.remove_all().await.unwrap();
    wait_until_empty(&there).await;
    let file = TopicsFile { partitions, topics: topics.iter().cloned().collect() };
    there.make(&file, None).await.unwrap();
    Lease { address, _kafka: kafka, _turn: turn }
}

/// The broker's list follows what its controller has done.
async fn wait_until_empty(there: &Topics) {
    within(PATIENCE, "the end of the topics before", async || {
        let mut names = there.names().await.unwrap().into_iter();
        names.all(|name| name.starts_with("__")).then_some(())
    })
    .await;
}

async fn start(number: usize) -> Kafka {
    let host = Host::quiet(folder()).unwrap().within(&format!("kafka-{number}")).unwrap();
    let BrokerParts::Kafka(parts) = &parts().await.broker else { unreachable!("none was given") };
    Kafka::start(parts, &host).await.unwrap()
}

/// Where the worlds of this program keep their files. What programs left that are gone is removed.
pub(super) fn folder() -> PathBuf {
    static CLEAN: Once = Once::new();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract");
    let own = root.join(std::process::id().to_string());
    std::fs::create_dir_all(&own).unwrap();
    CLEAN.call_once(|| {
        for entry in std::fs::read_dir(&root).unwrap().flatten() {
            let process = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let alive = process
                .and_then(rustix::process::Pid::from_raw)
                .is_some_and(|process| rustix::process::test_kill_process(process).is_ok());
            if !alive {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    });
    own
}
