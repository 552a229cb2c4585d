//! The statements, prepared once.

use std::sync::LazyLock;

use todo_dapr::Statement;

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(super) static $name: LazyLock<Statement> = LazyLock::new(|| {
            Statement::new($file, include_str!(concat!("sql/", $file, ".sql")))
        });)*
    };
}

statements! {
    CREATE_TASK = "create_task";
    GET_TASK = "get_task";
    UPDATE_TASK = "update_task";
    CHANGE_STATUS = "change_status";
    DELETE_TASKS = "delete_tasks";
    RESTORE_TASKS = "restore_tasks";
    FIND_ID = "find_id";
    FIND_KEY = "find_key";
    INSERT_OCCURRENCE = "insert_occurrence";
    PENDING_SERIES = "pending_series";
    FIRE_REMINDERS = "fire_reminders";
    CLAIM_OUTBOX = "claim_outbox";
    SETTLE_OUTBOX = "settle_outbox";
    OUTBOX_AGE = "outbox_age";
    FORGET = "forget";
    GET_SETTINGS = "get_settings";
    PUT_SETTINGS = "put_settings";
    ZONE_MOVE = "zone_move";
    MOVE_DUES = "move_dues";
}
