//! The conversations in Redis, as `dapr/optional/state-redis.yaml` puts them there.

use reqwest::StatusCode;
use serde_json::{Value, json};
use todo_launcher::RuntimeKind;
use todo_tests::{Person, Product, Redis, eventually, runtime};

const COMPONENT: &str = include_str!("../../../dapr/optional/state-redis.yaml");

async fn answer(person: &Person, asked: &Value, message: &str) -> Value {
    let body = json!({ "message": message, "conversation_id": asked["conversation_id"] });
    let answer = person.post("/chat", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer.body
}

#[tokio::test]
async fn conversations_live_in_redis_and_are_forgotten_with_it() {
    if runtime().unwrap() == RuntimeKind::Local {
        println!("only on dapr: the local runtime has no Redis");
        return;
    }
    let mut redis = Redis::start().await.unwrap();
    let component = COMPONENT.replace("127.0.0.1:6379", &redis.address());
    assert_ne!(component, COMPONENT);
    let builder = Product::builder().file("dapr/components/state.yaml", component);
    let product = builder.start().await.unwrap();
    let ada = product.person("ada").await.unwrap();

    ada.say("buy milk").await;
    let asked = ada.say("delete task 1").await;
    assert_eq!(asked["action"], "confirm", "{asked:#}");
    assert!(redis.size().await.unwrap() >= 2, "a key for each conversation");
    assert_eq!(answer(&ada, &asked, "yes").await["action"], "deleted");
    assert!(ada.tasks("").await.is_empty());
    answer(&ada, &asked, "undo").await;
    assert_eq!(ada.tasks("").await.len(), 1);

    // Two lines at once: whoever writes second meets another version than it has read, and takes its turn in anew.
    let (bread, salt) =
        tokio::join!(answer(&ada, &asked, "buy bread"), answer(&ada, &asked, "buy salt"));
    assert_eq!((&bread["action"], &salt["action"]), (&json!("added"), &json!("added")));
    assert_eq!(ada.tasks("").await.len(), 3);

    let asked = ada.say("delete task 1").await;
    redis.kill().unwrap();
    assert_eq!(ada.say("buy eggs").await["action"], "added");
    assert_ne!(answer(&ada, &asked, "yes").await["action"], "deleted", "it does not know of what");
    assert_eq!(ada.tasks("").await.len(), 4);
    redis.restart().await.unwrap();
    assert_ne!(answer(&ada, &asked, "yes").await["action"], "deleted", "Redis has forgotten");
    eventually("a question that is remembered again", async || {
        let asked = ada.say("delete task 1").await;
        (answer(&ada, &asked, "yes").await["action"] == "deleted").then_some(())
    })
    .await;
    assert_eq!(ada.tasks("").await.len(), 3);
}
