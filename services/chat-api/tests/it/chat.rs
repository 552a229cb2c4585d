//! Conversations: what a line does, what is remembered of it, and what is asked first.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, answer, token};

/// One thread of a user.
struct Thread<'a> {
    stage: &'a Stage,
    id: Option<String>,
}

impl<'a> Thread<'a> {
    fn new(stage: &'a Stage) -> Self {
        Self { stage, id: None }
    }

    /// Says a line and answers the body.
    async fn say(&mut self, message: &str) -> Value {
        let mut body = json!({ "message": message });
        if let Some(id) = &self.id {
            body["conversation_id"] = json!(id);
        }
        let said = self.stage.send(Method::POST, "/chat", &body).await.expect(200);
        self.id = said["conversation_id"].as_str().map(str::to_owned);
        said
    }

    /// Says a line that does `action`, and answers the reply.
    async fn does(&mut self, message: &str, action: &str) -> String {
        let said = self.say(message).await;
        assert_eq!(said["action"], action, "{message}: {said}");
        said["reply"].as_str().unwrap().to_owned()
    }
}

async fn chat(stage: &Stage, body: &Value) -> Answer {
    stage.send(Method::POST, "/chat", body).await
}

#[tokio::test]
async fn it_and_undo_follow_the_thread() {
    let stage = Stage::open().await;
    let mut thread = Thread::new(&stage);
    let reply = thread.does("Call mom tomorrow at 5pm", "added").await;
    assert_eq!(reply, "Added “Call mom” for tomorrow 17:00 (#1).");
    assert_eq!(thread.does("complete it", "completed").await, "Completed “Call mom”.");
    assert_eq!(stage.get("/tasks/1").await.expect(200)["status"], "completed");
    assert_eq!(thread.does("complete task 1", "none").await, "“Call mom” was completed already.");
    thread.does("undo", "reopened").await;
    assert_eq!(stage.get("/tasks/1").await.expect(200)["status"], "open");
    thread.does("change the priority of task 1 to high", "updated").await;
    assert_eq!(stage.get("/tasks/1").await.expect(200)["priority"], "high");
    thread.does("undo", "updated").await;
    let task = stage.get("/tasks/1").await.expect(200);
    assert_eq!((&task["priority"], &task["created_by"]), (&json!("none"), &json!("chat")));
    let reply = thread.does("undo", "none").await;
    assert_eq!(reply, "There is nothing more here to undo.", "undo does not bring back");
    thread.does("Complete call mom", "completed").await;
    thread.does("Complete call dad", "added").await;
    thread.does("undo", "confirm").await;
    thread.does("yes", "deleted").await;
    thread.does("thanks", "none").await;
    thread.does("help", "help").await;
    stage.close().await;
}

#[tokio::test]
async fn deleting_asks_first_and_can_be_undone() {
    let stage = Stage::open().await;
    let mut thread = Thread::new(&stage);
    for title in ["Buy milk", "Wash the car", "Feed the cat"] {
        thread.does(title, "added").await;
    }
    let said = thread.say("show my tasks").await;
    assert_eq!((&said["action"], said["tasks"].as_array().unwrap().len()), (&json!("listed"), 3));
    let said = thread.say("delete the second one").await;
    assert_eq!(said["reply"], "Delete “Wash the car”? yes/no");
    assert_eq!((&said["action"], &said["suggestions"]), (&json!("confirm"), &json!(["yes", "no"])));
    thread.does("no", "none").await;
    thread.does("yes", "none").await;
    assert_eq!(stage.get("/tasks/2").await.status, 200, "a withdrawn question stays withdrawn");
    thread.does("delete the second one", "confirm").await;
    assert_eq!(thread.does("yes", "deleted").await, "Deleted “Wash the car”.");
    assert_eq!(stage.get("/tasks/2").await.status, 404);
    thread.does("undo", "added").await;
    assert_eq!(stage.get("/tasks/2").await.expect(200)["title"], "Wash the car");
    let reply = thread.does("complete all tasks", "confirm").await;
    assert!(reply.starts_with("Complete 3 tasks: "), "{reply}");
    thread.does("buy bread", "added").await;
    thread.does("yes", "none").await;
    assert_eq!(stage.get("/tasks").await.expect(200)["tasks"].as_array().unwrap().len(), 4);
    thread.does("show my tasks", "listed").await;
    thread.does("complete all of them", "completed").await;
    thread.does("undo", "reopened").await;
    thread.does("delete everything", "confirm").await;
    thread.does("yes", "deleted").await;
    assert_eq!(thread.does("show my tasks", "listed").await, "You have no open tasks.");
    stage.close().await;
}

#[tokio::test]
async fn an_order_without_a_known_task_is_asked_about_or_said_to_be_new() {
    let stage = Stage::open().await;
    let mut thread = Thread::new(&stage);
    for title in ["Call alice", "Call bob", "Water the plants", "Buy milk", "Buy milk"] {
        thread.does(title, "added").await;
    }
    let said = thread.say("complete call").await;
    assert_eq!((&said["action"], &said["suggestions"]), (&json!("confirm"), &json!(["1", "2"])));
    assert_eq!(thread.does("2", "completed").await, "Completed “Call bob”.");
    assert_eq!(thread.does("mark call alice done", "completed").await, "Completed “Call alice”.");
    let reply = thread.does("complete the plants", "confirm").await;
    assert_eq!(reply, "Complete “Water the plants”? yes/no");
    thread.does("yes", "completed").await;
    thread.does("complete buy milk", "confirm").await;
    thread.does("1", "completed").await;
    let reply = thread.does("finish the thesis", "added").await;
    assert!(reply.contains("No task is called “thesis”"), "{reply}");
    for (line, action) in [("list", "listed"), ("show today", "listed"), ("edit 5", "unknown")] {
        thread.does(line, action).await;
    }
    stage.close().await;
}

#[tokio::test]
async fn two_tasks_that_fit_are_a_question() {
    let stage = Stage::open().await;
    let mut thread = Thread::new(&stage);
    thread.does("Call mom about dinner", "added").await;
    thread.does("Call mom about the car", "added").await;
    let said = thread.say("mark the mom task as done").await;
    assert_eq!((&said["action"], &said["suggestions"]), (&json!("confirm"), &json!(["1", "2"])));
    assert_eq!(thread.does("2", "completed").await, "Completed “Call mom about the car”.");
    assert_eq!(stage.get("/tasks/1").await.expect(200)["status"], "open");
    thread.does("mark the dentist task as done", "none").await;
    thread.does("complete task 77", "none").await;
    thread.does("delete the mom task", "confirm").await;
    thread.does("yes", "deleted").await;
    stage.close().await;
}

#[tokio::test]
async fn what_cannot_be_changes_nothing() {
    let stage = Stage::open().await;
    let mut thread = Thread::new(&stage);
    let reply = thread.does("Party on feb 30", "unknown").await;
    assert!(reply.contains("feb 30"), "{reply}");
    let reply = thread.does("Call mom on 2020-01-31", "none").await;
    assert!(reply.contains("in the past"), "{reply}");
    thread.does("What is the capital of France?", "unknown").await;
    thread.does("Remind the band", "added").await;
    thread.does("move task 1 to 2020-01-31", "none").await;
    let tasks = stage.get("/tasks").await.expect(200);
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(tasks["tasks"][0]["due"], Value::Null);
    stage.close().await;
}

#[tokio::test]
async fn messages_and_threads_are_checked() {
    let stage = Stage::open().await;
    for message in ["", "  ", &"x".repeat(2_001)] {
        let problem = chat(&stage, &json!({ "message": message })).await.problem(422);
        assert_eq!(problem, ("invalid_message".to_owned(), "#/message".to_owned()));
    }
    let malformed = chat(&stage, &json!({ "message": "hello", "conversation_id": "7" })).await;
    assert_eq!(malformed.problem(400).0, "invalid_conversation");
    let mine = Thread::new(&stage).say("hello").await["conversation_id"].clone();
    let theirs = stage
        .bare(Method::POST, "/api/ada/chat")
        .bearer_auth(token("ada", &todo_service_kit::Clock::system(), 60))
        .json(&json!({ "message": "hello", "conversation_id": mine }));
    assert_eq!(answer(theirs).await.problem(404).0, "conversation_not_found");
    stage.close().await;
}

#[tokio::test]
async fn without_a_state_store_the_line_still_counts() {
    let stage = Stage::open_with(&[("STATE_STORE", "missing")], None).await;
    let mut thread = Thread::new(&stage);
    let reply = thread.does("Buy milk", "added").await;
    assert!(reply.contains("cannot remember"), "{reply}");
    thread.does("complete task 1", "completed").await;
    thread.does("delete task 1", "confirm").await;
    thread.does("yes", "none").await;
    assert_eq!(stage.get("/tasks/1").await.status, 200);
    stage.close().await;
}

#[tokio::test]
async fn a_skipped_occurrence_gives_way_to_the_next() {
    let stage = Stage::open().await;
    let recurrence = json!({ "rule": "FREQ=WEEKLY;BYDAY=FR" });
    let due = json!({ "local": "2031-11-21T18:00" });
    let gym = json!({ "title": "Gym", "due": due, "recurrence": recurrence });
    stage.create(&gym).await;
    let mut thread = Thread::new(&stage);
    thread.does("skip task 1", "updated").await;
    let task = stage.get("/tasks/1").await.expect(200);
    assert_eq!(task["due"], json!({ "local": "2031-11-28T18:00" }));
    assert_eq!(task["recurrence"]["anchor"], "2031-11-21T18:00");
    thread.does("undo", "updated").await;
    assert_eq!(stage.get("/tasks/1").await.expect(200)["due"], due);
    stage.close().await;
}

#[tokio::test]
async fn a_line_is_previewed_and_added() {
    let stage = Stage::open().await;
    let line = json!({ "text": "Gym every friday at 18:00 #sport" });
    let preview = stage.send(Method::POST, "/preview", &line).await.expect(200);
    assert_eq!(preview["command"]["intent"], "add");
    assert_eq!(preview["next"].as_array().unwrap().len(), 3, "{preview}");
    assert!(preview["summary"].as_str().unwrap().contains("every Friday"), "{preview}");
    let added = stage.send(Method::POST, "/tasks/quick", &line).await;
    let task = added.expect(201);
    assert_eq!((&task["title"], &task["tags"]), (&json!("Gym"), &json!(["sport"])));
    assert_eq!(added.header("etag"), "\"1\"");
    for (text, code) in [
        ("delete task 1", "not_a_task"),
        ("Call mom 2020-01-31", "not_a_task"),
        ("Party on feb 30", "unreadable_line"),
        ("", "invalid_message"),
    ] {
        let refused = stage.send(Method::POST, "/tasks/quick", &json!({ "text": text })).await;
        assert_eq!(refused.problem(422).0, code, "{text}");
    }
    stage.close().await;
}

#[tokio::test]
async fn turns_at_the_same_time_are_all_remembered() {
    let stage = Stage::open().await;
    let id = Thread::new(&stage).say("hello").await["conversation_id"].clone();
    let line = |title: &str| json!({ "message": title, "conversation_id": id });
    let (milk, bread, tea) = (line("Buy milk"), line("Buy bread"), line("Buy tea"));
    let said = tokio::join!(chat(&stage, &milk), chat(&stage, &bread), chat(&stage, &tea));
    for said in [said.0, said.1, said.2] {
        let reply = said.expect(200)["reply"].as_str().unwrap().to_owned();
        assert!(reply.starts_with("Added") && !reply.contains("remember"), "{reply}");
    }
    let undone = chat(&stage, &line("undo")).await.expect(200);
    assert_eq!(
        (&undone["action"], undone["tasks"].as_array().unwrap().len()),
        (&json!("confirm"), 1)
    );
    stage.close().await;
}
