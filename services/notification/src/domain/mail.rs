//! A notification as a mail. The SMTP binding sends every body as HTML.

use todo_events::Notification;

/// Longest subject, in characters; RFC 5322 §2.1.1 allows a line 998 bytes.
const MAX_SUBJECT: usize = 150;

/// Subject and body of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line of text.
    pub subject: String,
    /// HTML in which everything a user wrote is escaped.
    pub html: String,
}

impl Mail {
    /// Writes a notification as a mail.
    pub fn of(notification: &Notification) -> Self {
        let title = escape(&notification.title);
        let body = escape(&notification.body);
        Self {
            subject: subject(&notification.title),
            html: format!("<p><strong>{title}</strong></p>\n<p>{body}</p>\n"),
        }
    }
}

/// A line break in a header would start another header.
fn subject(title: &str) -> String {
    let printable = title.chars().map(|c| if c.is_control() { ' ' } else { c });
    let short: String = printable.take(MAX_SUBJECT).collect();
    let short = short.trim();
    if short.is_empty() { "Reminder".to_owned() } else { short.to_owned() }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_can_neither_add_headers_nor_markup() {
        assert_eq!(subject("Pay\r\nBcc: x@y.org"), "Pay  Bcc: x@y.org");
        assert_eq!(subject(" \n "), "Reminder");
        assert_eq!(subject(&"ü".repeat(400)).chars().count(), MAX_SUBJECT);
        assert_eq!(
            escape("<b onclick='x'>\"&\""),
            "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;&quot;"
        );
    }
}
