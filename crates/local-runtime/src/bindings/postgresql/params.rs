//! Statement parameters out of JSON.
//!
//! Strings travel in text form, so they fit every type the server can parse them as. JSON numbers and booleans fit
//! only types of their own kind, as pgx encodes them.

use std::error::Error;

use serde_json::Value;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::text::go_json;

/// One parameter.
#[derive(Debug)]
pub(super) struct Param(Value);

/// Reads the metadata item `params`, a JSON array in a string.
pub(super) fn parse(text: Option<&str>) -> Result<Vec<Param>, String> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let values: Vec<Value> =
        serde_json::from_str(text).map_err(|e| format!("invalid metadata property params: {e}"))?;
    Ok(values.into_iter().map(|value| Param(go_json::through_float64(value))).collect())
}

/// Finds what cannot be encoded before anything is sent.
pub(super) fn check(params: &[Param], types: &[Type]) -> Result<(), String> {
    if params.len() != types.len() {
        return Err(format!("expected {} arguments, got {}", types.len(), params.len()));
    }
    for (index, (param, ty)) in params.iter().zip(types).enumerate() {
        text(&param.0, ty).map_err(|e| format!("failed to encode args[{index}]: {e}"))?;
    }
    Ok(())
}

/// Text form of a value for a type; `None` is NULL.
fn text(value: &Value, ty: &Type) -> Result<Option<String>, String> {
    if let Kind::Domain(inner) = ty.kind() {
        return text(value, inner);
    }
    let json = matches!(*ty, Type::JSON | Type::JSONB);
    let whole = matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8 | Type::OID);
    let fraction = matches!(*ty, Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC);
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) if whole && number.is_f64() => Err(format!(
            "unable to encode {number} into text format for {ty} (OID {}): cannot convert to integer",
            ty.oid()
        )),
        Value::Number(_) if whole || fraction || json => Ok(Some(go_json::to_string(value))),
        Value::Bool(flag) if *ty == Type::BOOL => Ok(Some(flag.to_string())),
        Value::Bool(_) | Value::Object(_) | Value::Array(_) if json => {
            Ok(Some(go_json::to_string(value)))
        }
        Value::Array(items) if matches!(ty.kind(), Kind::Array(_)) => array(items, ty).map(Some),
        other => Err(format!(
            "unable to encode {other} into text format for {ty} (OID {}): cannot find encode plan",
            ty.oid()
        )),
    }
}

/// An array literal such as `{"a","b",NULL}`.
fn array(items: &[Value], ty: &Type) -> Result<String, String> {
    let Kind::Array(element) = ty.kind() else { return Err(format!("{ty} is no array")) };
    let items: Result<Vec<String>, String> = items
        .iter()
        .map(|item| {
            Ok(match text(item, element)? {
                None => "NULL".to_owned(),
                Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            })
        })
        .collect();
    Ok(format!("{{{}}}", items?.join(",")))
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match text(&self.0, ty)? {
            None => Ok(IsNull::Yes),
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_fit_every_type() {
        for ty in [Type::UUID, Type::INT8, Type::JSONB, Type::TIMESTAMPTZ, Type::TEXT] {
            assert_eq!(text(&json!("x"), &ty), Ok(Some("x".to_owned())));
        }
    }

    #[test]
    fn numbers_fit_numbers_only() {
        assert_eq!(text(&json!(5), &Type::INT8), Ok(Some("5".to_owned())));
        assert_eq!(text(&json!(1.5), &Type::NUMERIC), Ok(Some("1.5".to_owned())));
        assert!(text(&json!(1.5), &Type::INT4).is_err());
        assert!(text(&json!(5), &Type::TEXT).is_err());
    }

    #[test]
    fn arrays_are_quoted() {
        let value = json!(["a\"b", null]);
        assert_eq!(text(&value, &Type::TEXT_ARRAY), Ok(Some(r#"{"a\"b",NULL}"#.to_owned())));
    }

    #[test]
    fn counts_are_compared() {
        let params = parse(Some("[\"a\"]")).unwrap();
        assert_eq!(check(&params, &[]), Err("expected 0 arguments, got 1".to_owned()));
        assert!(parse(Some("{}")).is_err());
    }
}
