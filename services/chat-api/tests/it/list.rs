//! Lists and their pages.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, answer};

fn titles(page: &Value) -> Vec<String> {
    let title = |task: &Value| task["title"].as_str().unwrap().to_owned();
    page["tasks"].as_array().unwrap().iter().map(title).collect()
}

async fn filled() -> Stage {
    let stage = Stage::open().await;
    for (title, priority, due) in [
        ("delta", "low", json!(null)),
        ("alpha", "high", json!({ "date": "2031-01-02" })),
        ("charlie", "urgent", json!({ "date": "2031-01-01" })),
        ("bravo", "high", json!(null)),
        ("echo", "none", json!({ "date": "2021-01-01" })),
    ] {
        let tags = [title, if priority == "high" { "hot" } else { "cold" }];
        stage
            .create(&json!({ "title": title, "priority": priority, "due": due, "tags": tags }))
            .await;
    }
    stage
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let stage = filled().await;
    for (sort, order) in [
        ("", ["echo", "charlie", "alpha", "bravo", "delta"]),
        ("sort=title", ["alpha", "bravo", "charlie", "delta", "echo"]),
        ("sort=-priority,-title", ["charlie", "bravo", "alpha", "delta", "echo"]),
        ("sort=-number", ["echo", "bravo", "charlie", "alpha", "delta"]),
        ("sort=-due_at,created_at", ["delta", "bravo", "alpha", "charlie", "echo"]),
    ] {
        for limit in [1, 2, 5] {
            let (mut read, mut cursor) = (vec![], String::new());
            loop {
                let page =
                    stage.get(&format!("/tasks?{sort}&limit={limit}{cursor}")).await.expect(200);
                assert_eq!(page["sequence"], 5);
                read.extend(titles(&page));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(read, order, "{sort} by {limit}");
        }
    }
    stage.close().await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let stage = filled().await;
    answer(stage.request(Method::PATCH, "/tasks/1/complete")).await.expect(200);
    for (query, expected) in [
        ("status=completed", &["delta"][..]),
        ("status=all&sort=number&limit=2", &["delta", "alpha"]),
        ("priority=urgent,none", &["echo", "charlie"]),
        ("tag=hot", &["alpha", "bravo"]),
        ("tag=Hot&tag=alpha", &["alpha"]),
        ("tag=alpha&tag=echo&tags=any", &["echo", "alpha"]),
        ("overdue=true", &["echo"]),
        ("due_from=2031-01-01T00:00:00Z&due_to=2031-01-02T00:00:00Z", &["charlie"]),
        ("q=br", &["bravo"]),
        ("q=%27%3A*%20%26", &[]),
        ("q=%20", &["echo", "charlie", "alpha", "bravo"]),
        ("project=none", &[]),
        ("created_from=2999-01-01T00:00:00Z", &[]),
    ] {
        let page = stage.get(&format!("/tasks?{query}")).await.expect(200);
        assert_eq!(titles(&page), expected, "{query}");
    }
    stage.create(&json!({ "title": "bake 🎂", "description": "90 % cocoa" })).await;
    for (query, expected) in
        [("q=%F0%9F%8E%82", &["bake 🎂"][..]), ("q=%25", &["bake 🎂"]), ("q=_", &[])]
    {
        let page = stage.get(&format!("/tasks?{query}")).await.expect(200);
        assert_eq!(titles(&page), expected, "{query}");
    }
    stage.close().await;
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused() {
    let stage = filled().await;
    let page = stage.get("/tasks?limit=2").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for query in ["sort=title", "status=all", "tag=hot"] {
        let answer = stage.get(&format!("/tasks?{query}&cursor={cursor}")).await;
        assert_eq!(answer.problem(400), ("cursor_mismatch".into(), "?cursor".into()), "{query}");
    }
    for made_up in ["00", "zz", "%00", &"ab".repeat(3000)] {
        let answer = stage.get(&format!("/tasks?cursor={made_up}")).await;
        assert_eq!(answer.problem(400).0, "cursor_mismatch");
    }
    for (query, pointer) in [
        ("limit=0", "?limit"),
        ("limit=201", "?limit"),
        ("due_from=x", "?due_from"),
        ("colour=red", "?colour"),
    ] {
        let answer = stage.get(&format!("/tasks?{query}")).await;
        assert_eq!(answer.problem(400), ("invalid_query".into(), pointer.into()), "{query}");
    }
    stage.close().await;
}
