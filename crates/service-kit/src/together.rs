//! Requests that come at the same moment, carried out in one statement.
//!
//! The first goes at once; what comes while it is under way waits and then goes together. So a lone request waits for nobody,
//! and the busier the service is, the fewer statements each request costs.

use std::{future::Future, sync::Arc, time::Duration};

use todo_dapr::SqlError;
use tokio::sync::oneshot;

use crate::{
    Tasks,
    gather::{Gather, Sink},
};

/// Carries out many requests in one statement.
pub trait Batch: Send + Sync + 'static {
    /// What is asked for.
    type Request: Send + Sync + 'static;
    /// What comes of it.
    type Answer: Send + 'static;

    /// Requests of one statement at most.
    const AT_MOST: usize = 32;

    /// Carries them out; an answer for each, in their order. After an error that blames a value each is carried out alone, so
    /// that one fails alone.
    fn run(
        &self,
        requests: &[Self::Request],
    ) -> impl Future<Output = Result<Vec<Self::Answer>, SqlError>> + Send;
}

/// Why a request was not carried out, as far as is known.
#[derive(Debug, thiserror::Error)]
pub enum TogetherError {
    /// The statement failed.
    #[error(transparent)]
    Sql(Arc<SqlError>),
    /// The statement gave no answer for it.
    #[error("the statement that carried the request gave no answer for it")]
    Unanswered,
}

/// Carries out requests together; clones share it.
pub struct Together<B: Batch>(Gather<Asked<B>, Runner<B>>);

type Answer<B> = Result<<B as Batch>::Answer, Arc<SqlError>>;

struct Asked<B: Batch> {
    request: B::Request,
    reply: oneshot::Sender<Answer<B>>,
}

struct Runner<B>(B);

impl<B: Batch> Together<B> {
    /// Carries out requests by `batch`.
    pub fn new(batch: B, tasks: Tasks) -> Self {
        Self(Gather::new(Runner(batch), Duration::ZERO, tasks))
    }

    /// Asks, and waits for the answer. Once asked, a request is carried out even if nobody waits any more.
    ///
    /// # Errors
    /// [`TogetherError`]; the request may have been carried out all the same.
    pub async fn ask(&self, request: B::Request) -> Result<B::Answer, TogetherError> {
        let (reply, answer) = oneshot::channel();
        self.0.add([Asked { request, reply }]);
        match answer.await {
            Ok(answer) => answer.map_err(TogetherError::Sql),
            Err(_) => Err(TogetherError::Unanswered),
        }
    }
}

impl<B: Batch> Sink<Asked<B>> for Runner<B> {
    async fn settle(&self, asked: Vec<Asked<B>>) {
        let mut asked = asked.into_iter();
        loop {
            let some = asked.by_ref().take(B::AT_MOST);
            let (requests, replies): (Vec<_>, Vec<_>) =
                some.map(|Asked { request, reply }| (request, reply)).unzip();
            if requests.is_empty() {
                return;
            }
            for (reply, answer) in replies.into_iter().zip(self.answers(&requests).await) {
                // Who does not wait any more does not need it.
                let _ = reply.send(answer);
            }
        }
    }
}

impl<B: Batch> Runner<B> {
    async fn answers(&self, requests: &[B::Request]) -> Vec<Answer<B>> {
        match self.0.run(requests).await {
            Err(error) if requests.len() > 1 && error.blames_a_value() => {
                let mut answers = Vec::with_capacity(requests.len());
                for request in requests.chunks(1) {
                    answers.extend(shared::<B>(self.0.run(request).await, 1));
                }
                answers
            }
            carried => shared::<B>(carried, requests.len()),
        }
    }
}

/// What each of `count` requests hears of the statement that carried them.
fn shared<B: Batch>(carried: Result<Vec<B::Answer>, SqlError>, count: usize) -> Vec<Answer<B>> {
    match carried {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) => {
            let error = Arc::new(error);
            (0..count).map(|_| Err(Arc::clone(&error))).collect()
        }
    }
}

impl<B: Batch> Clone for Together<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B: Batch> std::fmt::Debug for Together<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Together").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;
    use tokio_util::sync::CancellationToken;

    use super::*;

    /// Doubles numbers, once it may; thirteen makes a call fail.
    struct Doubling {
        calls: Arc<Mutex<Vec<Vec<u32>>>>,
        may: Arc<Semaphore>,
        ones_fault: bool,
    }

    impl Batch for Doubling {
        type Request = u32;
        type Answer = u32;

        const AT_MOST: usize = 4;

        async fn run(&self, requests: &[u32]) -> Result<Vec<u32>, SqlError> {
            self.may.acquire().await.unwrap().forget();
            self.calls.lock().unwrap().push(requests.to_vec());
            if requests.contains(&13) {
                return Err(self.failure());
            }
            Ok(requests.iter().map(|number| number * 2).collect())
        }
    }

    impl Doubling {
        fn failure(&self) -> SqlError {
            let statement = "double";
            if self.ones_fault {
                return SqlError::NoEndMark { statement };
            }
            let source = serde_json::from_str::<u32>("").unwrap_err();
            SqlError::Unreadable { statement, source }
        }
    }

    struct World {
        together: Together<Doubling>,
        calls: Arc<Mutex<Vec<Vec<u32>>>>,
        may: Arc<Semaphore>,
    }

    fn world(ones_fault: bool) -> World {
        let (calls, may) = (Arc::<Mutex<_>>::default(), Arc::new(Semaphore::new(0)));
        let doubling = Doubling { calls: Arc::clone(&calls), may: Arc::clone(&may), ones_fault };
        let tasks = Tasks::unsupervised(CancellationToken::new());
        World { together: Together::new(doubling, tasks), calls, may }
    }

    impl World {
        /// Asks for all of them: the first is under way before the others come.
        async fn ask(&self, numbers: &[u32]) -> Vec<Option<u32>> {
            let asking = numbers.iter().map(async |number| {
                if *number != numbers[0] {
                    tokio::task::yield_now().await;
                }
                self.together.ask(*number).await.ok()
            });
            let release = async {
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                self.may.add_permits(100);
            };
            tokio::join!(join_all(asking), release).0
        }

        fn calls(&self) -> Vec<Vec<u32>> {
            self.calls.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn what_comes_meanwhile_goes_together() {
        let world = world(false);
        let answers = world.ask(&[1, 2, 3, 4, 5, 6]).await;
        assert_eq!(answers, [2, 4, 6, 8, 10, 12].map(Some));
        assert_eq!(world.calls(), [vec![1], vec![2, 3, 4, 5], vec![6]]);
    }

    #[tokio::test]
    async fn who_is_at_fault_fails_alone() {
        let world = world(true);
        assert_eq!(world.ask(&[1, 2, 13, 4]).await, [Some(2), Some(4), None, Some(8)]);
        assert_eq!(world.calls(), [vec![1], vec![2, 13, 4], vec![2], vec![13], vec![4]]);
    }

    #[tokio::test]
    async fn what_is_nobodys_fault_is_tried_once() {
        let world = world(false);
        assert_eq!(world.ask(&[1, 13, 4]).await, [Some(2), None, None]);
        assert_eq!(world.calls(), [vec![1], vec![13, 4]]);
    }
}
