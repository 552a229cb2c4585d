//! JSON as Go's `encoding/json` leaves it: keys sorted, `<`, `>`, `&` escaped and, where Dapr decodes into
//! `interface{}`, every number squeezed through a float64. Applications see these effects, so tests must too.

use std::fmt::Write;

use serde_json::{Number, Value};

/// Serialises with sorted keys and Go's HTML escaping. Numbers keep what `value` holds.
pub(crate) fn to_string(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write_value(&mut out, value);
    out
}

/// What is left of `value` after a decode into `interface{}`: integers beyond 2^53 lose digits.
pub(crate) fn through_float64(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(squeeze(&number)),
        Value::Array(items) => items.into_iter().map(through_float64).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, through_float64(value))).collect()
        }
        other => other,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the float is integral and within i64")]
fn squeeze(number: &Number) -> Number {
    let Some(float) = number.as_f64() else { return number.clone() };
    if float.fract() == 0.0 && float.abs() < 9.2e18 {
        return Number::from(float as i64);
    }
    Number::from_f64(float).unwrap_or_else(|| number.clone())
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => write_object(out, fields),
    }
}

fn write_object(out: &mut String, fields: &serde_json::Map<String, Value>) {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    out.push('{');
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(out, key);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

fn write_number(out: &mut String, number: &Number) {
    let float = match number.as_f64() {
        Some(float) if number.is_f64() => float,
        _ => {
            let _ = write!(out, "{number}");
            return;
        }
    };
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{float:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                let _ = write!(out, "{digits}e+{exponent}");
            }
            _ => out.push_str(&text),
        }
    } else {
        let _ = write!(out, "{float}");
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_markup_is_escaped() {
        let value = json!({"b": "<a&b>", "a": [1, 1.5, true, null]});
        assert_eq!(to_string(&value), r#"{"a":[1,1.5,true,null],"b":"\u003ca\u0026b\u003e"}"#);
    }

    #[test]
    fn large_integers_lose_digits_only_through_float64() {
        let value = json!(9_007_199_254_740_993_i64);
        assert_eq!(to_string(&value), "9007199254740993");
        assert_eq!(to_string(&through_float64(value)), "9007199254740992");
    }

    #[test]
    fn floats_look_like_gos() {
        assert_eq!(to_string(&json!(1e21)), "1e+21");
        assert_eq!(to_string(&json!(1e-7)), "1e-7");
        assert_eq!(to_string(&json!(0.1)), "0.1");
        assert_eq!(to_string(&through_float64(json!(2.0))), "2");
    }
}
