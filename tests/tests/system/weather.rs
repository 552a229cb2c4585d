//! Two replicas of everything, people at work, pages open, and one part after the other fails under them. Nothing that was
//! acknowledged is lost, nothing happens twice, and every page knows everything in the end.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use todo_launcher::RuntimeKind;
use todo_tests::{Follower, Part, Person, Product, SERVICES, Writers, mixed_work};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::sleep,
};

/// How long a part is away: longer than the retries of a delivery, and than a call's patience.
const OUTAGE: Duration = Duration::from_secs(20);

/// A product with two replicas of each service, people who write through both doors, and a page of each person at each
/// replica of the websocket service.
struct Town {
    product: Product,
    people: Vec<Person>,
    pages: Vec<Follower>,
    writers: Writers,
    /// One town at a time, to its end: two want more than a small machine has, and a broker that starts again among twenty
    /// services and as many sidecars may not be there for minutes.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::const_new(());

impl Town {
    async fn found() -> Self {
        let turn = TURN.lock().await;
        let builder = SERVICES.iter().fold(Product::builder(), |town, app| town.replicas(app, 2));
        let product = builder.without_limits().start().await.unwrap();
        let (mut people, mut pages, mut doors) = (Vec::new(), Vec::new(), Vec::new());
        for name in ["ada", "bob", "cyd", "dan"] {
            let person = product.person(name).await.unwrap();
            for replica in ["websocket", "websocket-2"] {
                let url = product.socket_url(replica).unwrap();
                pages.push(Follower::open(url, person.clone()));
            }
            doors.push(vec![person.clone(), product.through("chat-api-2", &person).unwrap()]);
            people.push(person);
        }
        let writers = Writers::insistent(doors, mixed_work);
        Self { product, people, pages, writers, _turn: turn }
    }

    /// Waits until some more work was acknowledged.
    async fn works_on(&self) {
        self.writers.promised(self.writers.promises() + 20).await;
    }

    /// The end of the day: everything that was promised is there, once, and every page has heard of it.
    async fn settles(self) {
        self.writers.enough();
        let promises = self.writers.ended().await;
        join_all(promises.iter().map(|promised| promised.kept(&promised.person))).await;
        for (number, person) in self.people.iter().enumerate() {
            let sequence = person.get("/tasks?limit=1").await.body["sequence"].as_u64().unwrap();
            for page in &self.pages[2 * number..2 * number + 2] {
                page.reached(sequence).await;
            }
        }
    }
}

#[tokio::test]
async fn outages_under_load_lose_and_double_nothing() {
    let town = Town::found().await;
    town.works_on().await;
    for part in [Part::Broker, Part::Scheduler] {
        town.product.take_away(part).await.unwrap();
        // How long it lasts is what is tested here.
        sleep(OUTAGE).await;
        town.product.give_back(part).await.unwrap();
        town.works_on().await;
    }
    town.product.suite().stop_database().await.unwrap();
    sleep(OUTAGE).await;
    town.product.suite().start_database().await.unwrap();
    town.works_on().await;
    town.product.lose_jobs().await.unwrap();
    town.works_on().await;
    town.settles().await;
}

#[tokio::test]
async fn replicas_that_come_and_go_under_load_lose_and_double_nothing() {
    let town = Town::found().await;
    let suite = town.product.suite();
    for app in SERVICES {
        let second = format!("{app}-2");
        town.works_on().await;
        suite.kill(&second).await.unwrap();
        town.works_on().await;
        suite.restart(&second).await.unwrap();
    }
    if suite.runtime() == RuntimeKind::Dapr {
        // A sidecar dies under its service, which stays.
        for app in SERVICES {
            town.works_on().await;
            suite.kill_sidecar(app).await.unwrap();
            town.works_on().await;
            suite.restart_sidecar(app).await.unwrap();
        }
    }
    town.works_on().await;
    town.settles().await;
}

/// How long it lasts.
#[expect(clippy::disallowed_methods, reason = "nothing here has a configuration of its own")]
fn storm() -> Duration {
    let seconds = std::env::var("STORM_SECONDS");
    Duration::from_secs(seconds.map_or(300, |text| text.parse().unwrap()))
}

/// For a long look: every replica of every service dies, and its sidecar under it, one after the other, until the time is over.
/// `STORM_SECONDS=1800 TODO_RUNTIME=dapr cargo test -p todo-tests --test system -- --ignored storm`
#[tokio::test]
#[ignore = "takes as long as STORM_SECONDS says"]
async fn a_storm_loses_and_doubles_nothing() {
    let long = storm();
    let (town, begun) = (Town::found().await, Instant::now());
    let suite = town.product.suite();
    let replicas: Vec<&str> = SERVICES.iter().flat_map(|app| suite.replicas(app)).collect();
    for replica in replicas.into_iter().cycle() {
        suite.kill(replica).await.unwrap();
        town.works_on().await;
        suite.restart(replica).await.unwrap();
        if suite.runtime() == RuntimeKind::Dapr {
            suite.kill_sidecar(replica).await.unwrap();
            town.works_on().await;
            suite.restart_sidecar(replica).await.unwrap();
        }
        if begun.elapsed() > long {
            break;
        }
    }
    eprintln!("{} promises in {:?}", town.writers.promises(), begun.elapsed());
    town.works_on().await;
    town.settles().await;
}
