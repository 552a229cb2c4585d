//! The operations, one line each, and what they share.

use serde_json::{Map, Value, json};
use utoipa::{IntoParams, openapi::path::ParameterIn};

use crate::http::{audit::AuditParams, list_params::ListParams, notifications::NotificationParams};

/// One operation of the interface.
struct Operation {
    method: &'static str,
    path: &'static str,
    name: &'static str,
    says: &'static str,
    /// Names of shared parameters; `list`, `audit` and `notifications` stand for those of their types.
    parameters: &'static [&'static str],
    /// Schema of the body.
    body: &'static str,
    /// Status and schema of the answer.
    answer: (u16, &'static str),
    /// Statuses of problems, beside those that every operation of an owner has.
    refusals: &'static [u16],
}

const USER: &str = "/api/{user_id}/";

#[rustfmt::skip]
const OPERATIONS: &[Operation] = &[
    op("post", "tasks", "create_task", "Makes a task.", &["IdempotencyKey"], "TaskInput", (201, "Task"), &[400, 413, 415, 422, 503]),
    op("get", "tasks", "list_tasks", "Reads a page of tasks.", &["list"], "", (200, "TaskPage"), &[400, 503]),
    op("post", "tasks/quick", "quick_add", "Makes the task that a line describes.", &["IdempotencyKey"], "Line", (201, "Task"), &[400, 413, 415, 422, 503]),
    op("post", "tasks/bulk", "change_tasks", "Completes, reopens, deletes or brings back many tasks.", &[], "BulkRequest", (200, "BulkAnswer"), &[400, 413, 415, 422, 503]),
    op("get", "tasks/{id}", "get_task", "Reads a task.", &["IfNoneMatch"], "", (200, "Task"), &[304, 400, 404, 503]),
    op("put", "tasks/{id}", "replace_task", "Replaces a task; what is left out has its default.", &["IfMatch"], "TaskInput", (200, "Task"), &[400, 404, 412, 413, 415, 422, 503]),
    op("patch", "tasks/{id}", "patch_task", "Changes what is given; null clears (RFC 7396).", &["IfMatch"], "PatchInput", (200, "Task"), &[400, 404, 412, 413, 415, 422, 503]),
    op("delete", "tasks/{id}", "delete_task", "Deletes a task.", &["IfMatch"], "", (204, ""), &[400, 404, 412, 503]),
    op("patch", "tasks/{id}/complete", "complete_task", "Ticks a task off; one that repeats gets its next occurrence.", &["IfMatch"], "", (200, "Task"), &[400, 404, 412, 503]),
    op("patch", "tasks/{id}/reopen", "reopen_task", "Opens a completed task again.", &["IfMatch"], "", (200, "Task"), &[400, 404, 412, 503]),
    op("patch", "tasks/{id}/restore", "restore_task", "Brings back a task that was deleted in the last 30 days.", &[], "", (200, "Task"), &[400, 404, 503]),
    op("post", "preview", "preview_line", "Reads a line without doing anything.", &[], "Line", (200, "Preview"), &[400, 413, 415, 422, 503]),
    op("post", "chat", "send_message", "Answers a line of the chat.", &[], "ChatRequest", (200, "ChatAnswer"), &[400, 404, 413, 415, 422, 503]),
    op("get", "settings", "get_settings", "Reads the settings.", &[], "", (200, "Settings"), &[503]),
    op("put", "settings", "put_settings", "Stores the settings.", &[], "Settings", (200, "Settings"), &[400, 413, 415, 422, 503]),
    op("get", "notifications", "list_notifications", "Reads what the user was told: the newest 50, the oldest of them first.", &["notifications"], "", (200, "NotificationPage"), &[400, 502, 503]),
    op("get", "notifications/preferences", "get_preferences", "Reads how the user is told.", &[], "", (200, "NotificationPreferences"), &[502, 503]),
    op("put", "notifications/preferences", "put_preferences", "Stores how the user is told.", &[], "NotificationPreferences", (200, "NotificationPreferences"), &[400, 413, 415, 422, 502, 503]),
    op("get", "audit", "list_entries", "Reads the user's part of the trail, newest first.", &["audit"], "", (200, "AuditPage"), &[400, 502, 503]),
    open("post", "/auth/dev-login", "sign_in", "Signs in under any name, where that is switched on.", "DevLogin", "SignedIn", &[400, 404, 413, 415, 422]),
    open("get", "/config.json", "get_config", "What the page asks for first.", "", "PageConfig", &[]),
];

/// An operation of an owner; `path` follows `/api/{user_id}/`.
#[expect(clippy::too_many_arguments, reason = "the columns of a table")]
const fn op(
    method: &'static str,
    path: &'static str,
    name: &'static str,
    says: &'static str,
    parameters: &'static [&'static str],
    body: &'static str,
    answer: (u16, &'static str),
    refusals: &'static [u16],
) -> Operation {
    Operation { method, path, name, says, parameters, body, answer, refusals }
}

/// An operation that needs no token.
const fn open(
    method: &'static str,
    path: &'static str,
    name: &'static str,
    says: &'static str,
    body: &'static str,
    answer: &'static str,
    refusals: &'static [u16],
) -> Operation {
    Operation { method, path, name, says, parameters: &[], body, answer: (200, answer), refusals }
}

/// Status, name and meaning of what an operation may answer instead.
const REFUSALS: &[(u16, &str, &str)] = &[
    (304, "NotModified", "The caller has this revision."),
    (400, "BadRequest", "The request cannot be read; the problem names the parameter."),
    (401, "Unauthorized", "There is no token, or it is not valid."),
    (403, "Forbidden", "The token belongs to another user."),
    (404, "NotFound", "The user has no such thing."),
    (
        412,
        "PreconditionFailed",
        "The task is at another revision than If-Match says; ETag names it.",
    ),
    (413, "PayloadTooLarge", "The body is larger than is read."),
    (415, "UnsupportedMediaType", "The body is not application/json."),
    (422, "Unprocessable", "The body breaks rules; the problem names every field."),
    (429, "TooManyRequests", "Too many requests; Retry-After says how long to wait."),
    (502, "BadGateway", "Another service answered something unexpected."),
    (503, "Unavailable", "Cannot be answered now; Retry-After says how long to wait."),
];

/// The `tags` of the document.
pub(super) fn tags() -> Value {
    let tag = |(name, says): (&str, &str)| json!({ "name": name, "description": says });
    let tags = [
        ("tasks", "Tasks of a user."),
        ("language", "Lines of plain words."),
        ("settings", "What a user has chosen."),
        ("trail", "What happened."),
        ("page", "For the page, before anybody signs in."),
    ];
    tags.map(tag).into_iter().collect()
}

fn tag_of(path: &str) -> &'static str {
    match path {
        "audit" | "notifications" => "trail",
        "chat" | "preview" | "tasks/quick" => "language",
        "settings" | "notifications/preferences" => "settings",
        path if path.starts_with("tasks") => "tasks",
        _ => "page",
    }
}

/// The `paths` of the document.
pub(super) fn paths() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let open = operation.path.starts_with('/');
        let path =
            if open { operation.path.to_owned() } else { format!("{USER}{}", operation.path) };
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method] = described(operation, open);
    }
    Value::Object(paths)
}

fn described(operation: &Operation, open: bool) -> Value {
    let mut json = json!({
        "operationId": operation.name,
        "summary": operation.says,
        "tags": [tag_of(operation.path)],
        "parameters": parameters(operation, open),
        "responses": responses(operation, open),
        "security": if open { json!([]) } else { json!([{ "bearer": [] }]) },
    });
    if !operation.body.is_empty() {
        json["requestBody"] = json!({ "required": true, "content": content(operation.body) });
    }
    json
}

fn content(schema: &str) -> Value {
    json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } })
}

fn parameters(operation: &Operation, open: bool) -> Value {
    let shared = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let mut all = vec![];
    if !open {
        all.push(shared("UserId"));
    }
    if operation.path.contains("{id}") {
        all.push(shared("TaskName"));
    }
    for name in operation.parameters {
        match *name {
            "list" => all.extend(query::<ListParams>()),
            "audit" => all.extend(query::<AuditParams>()),
            "notifications" => all.extend(query::<NotificationParams>()),
            name => all.push(shared(name)),
        }
    }
    Value::Array(all)
}

fn query<T: IntoParams>() -> Vec<Value> {
    T::into_params(|| Some(ParameterIn::Query)).iter().map(|parameter| json!(parameter)).collect()
}

fn responses(operation: &Operation, open: bool) -> Value {
    let (status, schema) = operation.answer;
    let mut success = json!({ "description": "Done." });
    if !schema.is_empty() {
        success["content"] = content(schema);
    }
    if schema == "Task" {
        success["headers"]["ETag"] = header("The revision in quotes.");
    }
    if status == 201 {
        success["headers"]["Location"] = header("Where the task is.");
        success["headers"]["Idempotency-Replayed"] =
            header("`true` when an earlier request with this key made the task.");
    }
    let mut all = Map::from_iter([(status.to_string(), success)]);
    let owners: &[u16] = if open { &[] } else { &[401, 403, 429] };
    for (status, name, _) in REFUSALS {
        if operation.refusals.contains(status) || owners.contains(status) {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            all.insert(status.to_string(), reference);
        }
    }
    Value::Object(all)
}

fn header(says: &str) -> Value {
    json!({ "description": says, "schema": { "type": "string" } })
}

/// The `components/responses` of the document.
pub(super) fn refusals() -> Value {
    let mut all = Map::new();
    for (status, name, says) in REFUSALS {
        let mut response = json!({ "description": says });
        if *status != 304 {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            response["content"] = json!({ "application/problem+json": { "schema": schema } });
        }
        match status {
            304 | 412 => response["headers"]["ETag"] = header("The current revision in quotes."),
            401 => response["headers"]["WWW-Authenticate"] = header("RFC 6750."),
            429 | 503 => response["headers"]["Retry-After"] = header("Seconds."),
            _ => {}
        }
        all.insert((*name).to_owned(), response);
    }
    Value::Object(all)
}

/// The `components/parameters` of the document.
pub(super) fn shared_parameters() -> Value {
    let text = json!({ "type": "string" });
    let header = |name: &str, says: &str, schema: &Value| json!({ "name": name, "in": "header", "description": says, "schema": schema });
    json!({
        "UserId": { "name": "user_id", "in": "path", "required": true, "description": "The token's subject.",
            "schema": { "$ref": "#/components/schemas/User" } },
        "TaskName": { "name": "id", "in": "path", "required": true, "description": "The task's id or number.",
            "schema": { "type": "string" }, "example": "12" },
        "IfMatch": header("If-Match", "Entity tags, strong ones only, or `*`; another revision is a 412.", &text),
        "IfNoneMatch": header("If-None-Match", "Entity tags the caller has; one of them is a 304.", &text),
        "IdempotencyKey": header("Idempotency-Key", "Sent again with the same body, it makes no second task.",
            &json!({ "type": "string", "minLength": 1, "maxLength": 255 })),
    })
}
