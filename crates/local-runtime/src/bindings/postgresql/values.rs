//! Result values as pgx's `Values()` and Go's `encoding/json` render them, oddities included: a uuid is a list of 16
//! numbers, a time an object, json is re-marshalled through float64.

use std::{fmt::Write, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio_postgres::{
    Column, Row,
    types::{FromSql, Kind, Type},
};

use super::numeric;
use crate::text::go_json;

/// Rows as a JSON array of arrays, written as they arrive.
pub(super) struct Rows {
    types: Vec<Type>,
    json: String,
}

/// A column's bytes, undecoded.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Rows {
    pub(super) fn new(columns: &[Column]) -> Self {
        let types = columns.iter().map(|column| column.type_().clone()).collect();
        Self { types, json: String::from("[") }
    }

    /// Adds a row. A value that cannot be rendered fails the whole call.
    pub(super) fn push(&mut self, row: &Row) -> Result<(), String> {
        self.json.push_str(if self.json.len() == 1 { "[" } else { ",[" });
        for (index, ty) in self.types.iter().enumerate() {
            if index > 0 {
                self.json.push(',');
            }
            let raw: Option<Raw<'_>> =
                row.try_get(index).map_err(|e| format!("error reading result: {e}"))?;
            match raw {
                None => self.json.push_str("null"),
                Some(Raw(raw)) => render(&mut self.json, ty, raw)?,
            }
        }
        self.json.push(']');
        Ok(())
    }

    pub(super) fn finish(mut self) -> String {
        self.json.push(']');
        self.json
    }
}

fn render(out: &mut String, ty: &Type, raw: &[u8]) -> Result<(), String> {
    match ty.kind() {
        Kind::Array(element) => return array(out, element, raw),
        Kind::Domain(inner) => return render(out, inner, raw),
        Kind::Enum(_) => return string(out, raw),
        _ => {}
    }
    match *ty {
        // One byte, a letter for everybody but pgx.
        Type::CHAR => push(out, raw.first().copied().unwrap_or_default()),
        Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::NAME
        | Type::UNKNOWN
        | Type::XML
        | Type::VOID => string(out, raw),
        Type::BOOL => push(out, raw.first() == Some(&1)),
        Type::INT2 => push(out, i16::from_be_bytes(fixed(raw)?)),
        Type::INT4 => push(out, i32::from_be_bytes(fixed(raw)?)),
        Type::INT8 => push(out, i64::from_be_bytes(fixed(raw)?)),
        Type::OID => push(out, u32::from_be_bytes(fixed(raw)?)),
        Type::FLOAT4 => float(
            out,
            f32::from_be_bytes(fixed(raw)?).to_string(),
            f32::from_be_bytes(fixed(raw)?).into(),
        ),
        Type::FLOAT8 => {
            let value = f64::from_be_bytes(fixed(raw)?);
            float(out, go_json::to_string(&Value::from(value)), value)
        }
        Type::NUMERIC => decimal(out, raw),
        Type::UUID => push(out, format!("{raw:?}").replace(' ', "")),
        Type::JSON => document(out, raw),
        Type::JSONB => document(out, raw.get(1..).unwrap_or_default()),
        Type::BYTEA => string(out, STANDARD.encode(raw).as_bytes()),
        Type::TIMESTAMPTZ | Type::TIMESTAMP => timestamp(out, i64::from_be_bytes(fixed(raw)?), 1),
        Type::DATE => match i32::from_be_bytes(fixed(raw)?) {
            i32::MAX => push(out, 1),
            i32::MIN => push(out, -1),
            days => timestamp(out, days.into(), MICROSECONDS_A_DAY),
        },
        Type::TIME => push(
            out,
            format_args!("{{\"Microseconds\":{},\"Valid\":true}}", i64::from_be_bytes(fixed(raw)?)),
        ),
        Type::INTERVAL => interval(out, raw),
        Type::INET | Type::CIDR => network(out, raw),
        _ if ty.name() == "citext" => string(out, raw),
        _ => Err(format!("error reading result: type {ty} is not supported, cast it to text")),
    }
}

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

fn fixed<const N: usize>(raw: &[u8]) -> Result<[u8; N], String> {
    raw.try_into().map_err(|_| "error reading result: unexpected length".to_owned())
}

fn push(out: &mut String, value: impl std::fmt::Display) -> Result<(), String> {
    write!(out, "{value}").map_err(|e| e.to_string())
}

fn string(out: &mut String, raw: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(raw).into_owned();
    push(out, go_json::to_string(&Value::String(text)))
}

fn float(out: &mut String, text: String, value: f64) -> Result<(), String> {
    if value.is_finite() {
        push(out, text)
    } else {
        Err(format!("error serializing results: json: unsupported value: {value}"))
    }
}

fn decimal(out: &mut String, raw: &[u8]) -> Result<(), String> {
    let text = numeric::to_text(raw).ok_or("error reading result: malformed numeric")?;
    if text == "NaN" { push(out, "\"NaN\"") } else { push(out, text) }
}

fn document(out: &mut String, raw: &[u8]) -> Result<(), String> {
    let value = serde_json::from_slice(raw).map_err(|e| format!("error reading result: {e}"))?;
    push(out, go_json::to_string(&go_json::through_float64(value)))
}

/// Counted from 2000-01-01 in units of `scale` microseconds; Go trims trailing zeros of the fraction.
fn timestamp(out: &mut String, count: i64, scale: i64) -> Result<(), String> {
    match count {
        i64::MAX => return push(out, 1),
        i64::MIN => return push(out, -1),
        _ => {}
    }
    let at: Option<DateTime<Utc>> = DateTime::from_timestamp(946_684_800, 0).and_then(|epoch| {
        epoch.checked_add_signed(TimeDelta::microseconds(count.checked_mul(scale)?))
    });
    let at = at.ok_or("error serializing results: year outside of range [0,9999]")?;
    let mut text = at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    push(out, format_args!("\"{text}Z\""))
}

fn interval(out: &mut String, raw: &[u8]) -> Result<(), String> {
    let raw: [u8; 16] = fixed(raw)?;
    let microseconds = i64::from_be_bytes(fixed(&raw[..8])?);
    let (days, months) =
        (i32::from_be_bytes(fixed(&raw[8..12])?), i32::from_be_bytes(fixed(&raw[12..])?));
    push(
        out,
        format_args!(
            "{{\"Microseconds\":{microseconds},\"Days\":{days},\"Months\":{months},\"Valid\":true}}"
        ),
    )
}

fn network(out: &mut String, raw: &[u8]) -> Result<(), String> {
    let bits = raw.get(1).copied().unwrap_or_default();
    let address = match raw.get(4..) {
        Some(bytes) if bytes.len() == 4 => IpAddr::from(fixed::<4>(bytes)?),
        Some(bytes) if bytes.len() == 16 => IpAddr::from(fixed::<16>(bytes)?),
        _ => return Err("error reading result: malformed address".to_owned()),
    };
    push(out, format_args!("\"{address}/{bits}\""))
}

/// Dimensions, a null flag and the element type, then length and lower bound per dimension, then the elements.
fn array(out: &mut String, element: &Type, raw: &[u8]) -> Result<(), String> {
    let malformed = || "error reading result: malformed array".to_owned();
    let number = |at: usize| {
        let bytes = raw.get(at..at + 4).ok_or_else(malformed)?;
        Ok::<i32, String>(i32::from_be_bytes(fixed(bytes)?))
    };
    let dimensions = number(0)?;
    if dimensions == 0 {
        return push(out, "[]");
    }
    if dimensions != 1 {
        return Err(
            "error reading result: nested arrays are not supported, cast them to text".to_owned()
        );
    }
    let (count, mut at) = (number(12)?, 20);
    out.push('[');
    for index in 0..count {
        if index > 0 {
            out.push(',');
        }
        let length = number(at)?;
        at += 4;
        match usize::try_from(length) {
            Err(_) => out.push_str("null"),
            Ok(length) => {
                render(out, element, raw.get(at..at + length).ok_or_else(malformed)?)?;
                at += length;
            }
        }
    }
    out.push(']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(ty: &Type, raw: &[u8]) -> String {
        let mut out = String::new();
        render(&mut out, ty, raw).unwrap();
        out
    }

    #[test]
    fn a_uuid_is_sixteen_numbers() {
        let text = rendered(&Type::UUID, &[7; 16]);
        assert_eq!(text, "[7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7]");
    }

    #[test]
    fn timestamps_trim_their_fraction() {
        assert_eq!(rendered(&Type::TIMESTAMPTZ, &0_i64.to_be_bytes()), "\"2000-01-01T00:00:00Z\"");
        assert_eq!(
            rendered(&Type::TIMESTAMPTZ, &1_500_000_i64.to_be_bytes()),
            "\"2000-01-01T00:00:01.5Z\""
        );
        assert_eq!(rendered(&Type::DATE, &1_i32.to_be_bytes()), "\"2000-01-02T00:00:00Z\"");
        assert_eq!(rendered(&Type::TIMESTAMPTZ, &i64::MAX.to_be_bytes()), "1");
    }

    #[test]
    fn json_goes_through_float64() {
        let mut raw = vec![1];
        raw.extend_from_slice(b"{\"b\":9007199254740993,\"a\":\"<\"}");
        assert_eq!(rendered(&Type::JSONB, &raw), r#"{"a":"\u003c","b":9007199254740992}"#);
    }
}
