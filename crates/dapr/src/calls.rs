//! How many calls of the sidecar a piece of work makes: what a write costs before anything else is measured.

use std::cell::Cell;

tokio::task_local! {
    static MADE: Cell<u32>;
}

/// Runs `work` and counts the calls it starts itself; what it spawns as a task of its own is not counted.
pub async fn counted<F: Future>(work: F) -> (F::Output, u32) {
    let counting = async {
        let output = work.await;
        (output, MADE.with(Cell::get))
    };
    MADE.scope(Cell::new(0), counting).await
}

/// Notes one call, if somebody counts.
pub(crate) fn note() {
    // Outside of `counted` there is nothing to note it in.
    let _ = MADE.try_with(|made| made.set(made.get() + 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_calls_of_the_work_itself_count() {
        note();
        let (output, calls) = counted(async {
            note();
            let (_, inner) = counted(async { note() }).await;
            tokio::spawn(async { note() }).await.unwrap();
            note();
            inner
        })
        .await;
        assert_eq!((output, calls), (1, 2));
    }
}
