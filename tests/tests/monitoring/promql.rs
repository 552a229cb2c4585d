//! Which series an expression asks for, as far as names and labels go. Whether it is one, promtool says.

/// What stands between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matcher {
    pub(crate) label: String,
    /// Only of `=`; what other operators leave out is not for us to say.
    pub(crate) value: Option<String>,
}

/// A name with its matchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) name: String,
    pub(crate) matchers: Vec<Matcher>,
}

/// What an expression asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) selectors: Vec<Selector>,
    /// Labels that it groups or joins by, without those that it makes itself.
    pub(crate) grouped: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// Words that are followed by a list of labels.
const LISTS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
/// Words that stand where a name could.
const OPERATORS: [&str; 6] = ["and", "or", "unless", "offset", "bool", "atan2"];

impl Asked {
    /// Reads an expression.
    pub(crate) fn by(expression: &str) -> Self {
        let tokens = tokens(expression);
        let mut asked = Self::default();
        let mut made = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let Token::Word(word) = token else { continue };
            let opens = tokens.get(at) == Some(&Token::Sign('('));
            if is_list(token) && opens {
                let list = tokens[at..].iter().take_while(|token| **token != Token::Sign(')'));
                asked.grouped.extend(list.filter_map(Token::word));
                at += tokens[at..].iter().position(|token| *token == Token::Sign(')')).unwrap();
            } else if word == "label_replace" || word == "label_join" {
                made.extend(first_text(&tokens[at..]));
            } else if is_name(word)
                && !opens
                && !is_list(token)
                && !tokens.get(at).is_some_and(is_list)
            {
                let (matchers, length) = matchers(&tokens[at..]);
                asked.selectors.push(Selector { name: word.clone(), matchers });
                at += length;
            }
        }
        asked.grouped.retain(|label| !made.contains(label));
        asked
    }
}

impl Token {
    fn word(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some(word.clone()),
            _ => None,
        }
    }
}

/// `by` and its like; the word before is a function then, such as `sum`.
fn is_list(token: &Token) -> bool {
    matches!(token, Token::Word(word) if LISTS.contains(&word.as_str()))
}

/// Not a number, a duration or an operator.
fn is_name(word: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
    word.starts_with(starts) && !OPERATORS.contains(&word)
}

/// The label that `label_replace` makes: its first text outside of the braces of its own first argument.
fn first_text(tokens: &[Token]) -> Option<String> {
    let mut depth = 0;
    tokens.iter().find_map(|token| match token {
        Token::Sign('{' | '(') => {
            depth += 1;
            None
        }
        Token::Sign('}' | ')') => {
            depth -= 1;
            None
        }
        Token::Text(text) if depth == 1 => Some(text.clone()),
        _ => None,
    })
}

/// The matchers behind a name, and how many tokens they are.
fn matchers(tokens: &[Token]) -> (Vec<Matcher>, usize) {
    if tokens.first() != Some(&Token::Sign('{')) {
        return (Vec::new(), 0);
    }
    let end = tokens.iter().position(|token| *token == Token::Sign('}')).unwrap();
    let mut found = Vec::new();
    for part in tokens[1..end].split(|token| *token == Token::Sign(',')) {
        let value = match part {
            [_, Token::Sign('='), Token::Text(value)] => Some(value.clone()),
            _ => None,
        };
        found.extend(part.first().and_then(Token::word).map(|label| Matcher { label, value }));
    }
    (found, end + 1)
}

fn tokens(expression: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
        if first == '"' {
            let end = end_of_text(rest);
            tokens.push(Token::Text(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if first == '[' {
            // A range holds durations only.
            rest = &rest[rest.find(']').unwrap() + 1..];
        } else if in_word(first) {
            let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

/// Where the text that begins here ends; a backslash keeps what follows from ending it.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.unwrap().0
}

#[test]
fn names_and_labels_are_found() {
    let asked = Asked::by(
        r#"1 - sum by (namespace, job) (rate(a_bucket{le=~"5(\\.0)?", job="x, {y}"}[5m] offset 1h))
            / on (job) group_left up > 0.05 and label_replace(max(ns:b:rate5m), "group", "$1", "c", "(.+)")
            unless ignoring (group) time() - d{route!="r"} > 14 * 86400"#,
    );
    let names: Vec<_> = asked.selectors.iter().map(|selector| selector.name.as_str()).collect();
    assert_eq!(names, ["a_bucket", "up", "ns:b:rate5m", "d"]);
    let matcher = |label: &str, value: Option<&str>| Matcher {
        label: label.to_owned(),
        value: value.map(str::to_owned),
    };
    let expected = [matcher("le", None), matcher("job", Some("x, {y}"))];
    assert_eq!(asked.selectors[0].matchers, expected);
    assert_eq!(asked.selectors[3].matchers, [matcher("route", None)]);
    assert_eq!(asked.grouped, ["namespace", "job", "job"]);
}
