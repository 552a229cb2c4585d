//! Grammar of a condition: `||` over `&&` over relations over unary over fields, indexes and calls.

use serde_json::Value;

use super::token::{Token, tokens};

/// A compiled condition or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// By its position in the caller's list.
    Variable(usize),
    Literal(Value),
    List(Vec<Node>),
    Field(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    Has(Box<Node>, String),
    Call(Box<Node>, Method, Box<Node>),
    Relation(Box<Node>, Relation, Box<Node>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

/// Methods of strings.
#[derive(Clone, Copy, Debug)]
pub(super) enum Method {
    StartsWith,
    EndsWith,
    Contains,
}

/// Comparisons.
#[derive(Clone, Copy, Debug)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

/// Compiles a whole condition.
pub(super) fn parse(text: &str, variables: &[&str]) -> Result<Node, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, variables };
    let node = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some(token) => Err(format!("unexpected {token:?}")),
    }
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    variables: &'a [&'a str],
}

impl Parser<'_> {
    fn accept(&mut self, symbol: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Symbol(s)) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.accept(symbol) { Ok(()) } else { Err(format!("expected {symbol}")) }
    }

    fn next(&mut self) -> Result<Token, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("unexpected end")?;
        self.at += 1;
        Ok(token)
    }

    fn or(&mut self) -> Result<Node, String> {
        let mut node = self.and()?;
        while self.accept("||") {
            node = Node::Or(Box::new(node), Box::new(self.and()?));
        }
        Ok(node)
    }

    fn and(&mut self) -> Result<Node, String> {
        let mut node = self.relation()?;
        while self.accept("&&") {
            node = Node::And(Box::new(node), Box::new(self.relation()?));
        }
        Ok(node)
    }

    fn relation(&mut self) -> Result<Node, String> {
        let left = self.unary()?;
        let relation = match self.tokens.get(self.at) {
            Some(Token::Symbol("==")) => Relation::Equal,
            Some(Token::Symbol("!=")) => Relation::NotEqual,
            Some(Token::Symbol("<=")) => Relation::LessOrEqual,
            Some(Token::Symbol(">=")) => Relation::GreaterOrEqual,
            Some(Token::Symbol("<")) => Relation::Less,
            Some(Token::Symbol(">")) => Relation::Greater,
            Some(Token::Name(name)) if name == "in" => Relation::In,
            _ => return Ok(left),
        };
        self.at += 1;
        Ok(Node::Relation(Box::new(left), relation, Box::new(self.unary()?)))
    }

    fn unary(&mut self) -> Result<Node, String> {
        if self.accept("!") { Ok(Node::Not(Box::new(self.unary()?))) } else { self.member() }
    }

    fn member(&mut self) -> Result<Node, String> {
        let mut node = self.primary()?;
        loop {
            if self.accept("[") {
                let index = self.or()?;
                self.expect("]")?;
                node = Node::Index(Box::new(node), Box::new(index));
            } else if self.accept(".") {
                let Token::Name(name) = self.next()? else {
                    return Err("expected a field".to_owned());
                };
                node = if self.accept("(") {
                    self.call(node, &name)?
                } else {
                    Node::Field(Box::new(node), name)
                };
            } else {
                return Ok(node);
            }
        }
    }

    fn call(&mut self, target: Node, name: &str) -> Result<Node, String> {
        let method = match name {
            "startsWith" => Method::StartsWith,
            "endsWith" => Method::EndsWith,
            "contains" => Method::Contains,
            other => return Err(format!("method {other} is not supported")),
        };
        let argument = self.or()?;
        self.expect(")")?;
        Ok(Node::Call(Box::new(target), method, Box::new(argument)))
    }

    fn primary(&mut self) -> Result<Node, String> {
        match self.next()? {
            Token::Text(text) => Ok(Node::Literal(text.into())),
            Token::Number(number) => Ok(Node::Literal(number.into())),
            Token::Symbol("(") => {
                let node = self.or()?;
                self.expect(")")?;
                Ok(node)
            }
            Token::Symbol("[") => self.list(),
            Token::Name(name) => match name.as_str() {
                "true" => Ok(Node::Literal(true.into())),
                "false" => Ok(Node::Literal(false.into())),
                "null" => Ok(Node::Literal(Value::Null)),
                "has" => self.has(),
                other => self.variable(other),
            },
            other => Err(format!("unexpected {other:?}")),
        }
    }

    fn variable(&self, name: &str) -> Result<Node, String> {
        let at = self.variables.iter().position(|known| *known == name);
        at.map(Node::Variable).ok_or_else(|| format!("{name} is not known"))
    }

    fn has(&mut self) -> Result<Node, String> {
        self.expect("(")?;
        let node = self.member()?;
        self.expect(")")?;
        match node {
            Node::Field(target, name) => Ok(Node::Has(target, name)),
            _ => Err("has() wants a field".to_owned()),
        }
    }

    fn list(&mut self) -> Result<Node, String> {
        let mut items = Vec::new();
        while !self.accept("]") {
            items.push(self.or()?);
            if !self.accept(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(Node::List(items))
    }
}
