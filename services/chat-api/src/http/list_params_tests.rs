use todo_service_kit::extract::Query;

use super::*;

fn read(text: &str) -> Result<ListQuery, Problem> {
    let params: ListParams = Query::from_text(text)?;
    params.into_query(&"zia".parse().unwrap(), DateTime::UNIX_EPOCH)
}

#[test]
fn parameters_become_a_query() {
    let query = read("").unwrap();
    assert_eq!((query.limit, query.status, query.after), (50, StatusFilter::Open, None));
    let query = read(
        "status=all&priority=high,urgent&tag=%23Home&tag=work&tags=any&project=Family&q=call+mom&overdue=true\
         &due_from=2026-11-22T00:00:00Z&sort=-priority,due_at&limit=200",
    )
    .unwrap();
    assert_eq!(query.priorities, [Priority::High, Priority::Urgent]);
    assert_eq!(query.tags, ["home", "work"]);
    assert_eq!((query.tag_match, query.sort.len()), (TagMatch::Any, 2));
    assert_eq!(query.overdue_at, Some(DateTime::UNIX_EPOCH));
    assert_eq!(query.text.as_deref(), Some("call mom"));
    let empty = read("project=&q=&priority=&sort=&cursor=&tag=").unwrap();
    assert_eq!((empty.project, empty.text, empty.tags.len()), (None, None, 0));
}

#[test]
fn a_refusal_names_the_parameter() {
    let long = format!("q={}", "x".repeat(201));
    let many = "tag=a&".repeat(31);
    for (text, name) in [
        ("limit=0", "?limit"),
        ("limit=201", "?limit"),
        ("limit=-1", "?limit"),
        ("limit=many", "?limit"),
        ("status=closed", "?status"),
        ("priority=high,red", "?priority"),
        ("tags=some", "?tags"),
        ("tag=%00", "?tag"),
        ("tag=a%0Ab", "?tag"),
        (&many, "?tag"),
        ("project=a%00b", "?project"),
        ("q=%01", "?q"),
        (&long, "?q"),
        ("due_from=tomorrow", "?due_from"),
        ("due_to=2026-02-30T00:00:00Z", "?due_to"),
        ("created_from=%2B12000-01-01T00:00:00Z", "?created_from"),
        ("created_to=0000-01-01T00:00:00Z", "?created_to"),
        ("overdue=maybe", "?overdue"),
        ("sort=colour", "?sort"),
        ("sort=title,-title", "?sort"),
        ("colour=red", "?colour"),
    ] {
        let problem = read(text).expect_err(text);
        assert_eq!((problem.status().as_u16(), problem.code()), (400, "invalid_query"), "{text}");
        assert_eq!(problem.errors()[0].pointer, name, "{text}: {problem:?}");
    }
}

#[test]
fn a_cursor_belongs_to_its_query_and_fits_its_order() {
    let user: UserId = "zia".parse().unwrap();
    let cursor = |query: &str, values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        Cursor::encode(&user, &read(query).unwrap(), &values)
    };
    let good = cursor("", &["2026-11-22 12:00:00.25+00", "3", "7"]);
    assert_eq!(read(&format!("limit=3&cursor={good}")).unwrap().after.unwrap().len(), 3);
    let late = cursor("sort=-due_at", &["infinity", "7"]);
    assert!(read(&format!("sort=-due_at&cursor={late}")).is_ok());
    for bad in [
        format!("status=all&cursor={good}"),
        format!("sort=title&cursor={good}"),
        "cursor=abc".to_owned(),
        format!("cursor={}", cursor("", &["infinity", "7"])),
        format!("cursor={}", cursor("", &["now", "3", "7"])),
        format!("cursor={}", cursor("", &["infinity", "x", "7"])),
        format!("cursor={}", cursor("", &["infinity", "3", "7", "8"])),
    ] {
        let problem = read(&bad).expect_err(&bad);
        assert_eq!(problem.code(), "cursor_mismatch", "{bad}");
        assert_eq!(problem.errors()[0].pointer, "?cursor");
    }
}
