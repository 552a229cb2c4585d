//! Under which names agents may reach `/mcp`.

use todo_service_kit::{FromEnv, Reader};

/// The hosts of this machine, which is where an agent beside a local run asks.
const LOOPBACK: &str = "localhost,127.0.0.1,::1";

/// What `Host` and `Origin` of a request may say: a page of another site must not speak for its visitor (DNS rebinding).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpConfig {
    /// Names, each with or without a port; `None` for any.
    pub hosts: Option<Vec<String>>,
    /// Origins of web pages; requests of programs have none and always pass.
    pub origins: Vec<String>,
}

impl FromEnv for McpConfig {
    /// `MCP_ALLOWED_HOSTS` (this machine; `*` for any, where an ingress has checked) and `MCP_ALLOWED_ORIGINS` (none), between commas.
    fn read(reader: &mut Reader) -> Self {
        let hosts = listed(&reader.or("MCP_ALLOWED_HOSTS", LOOPBACK));
        let origins = listed(&reader.or("MCP_ALLOWED_ORIGINS", ""));
        if hosts.is_empty() {
            reader.fault("MCP_ALLOWED_HOSTS", "must name a host, or * for any");
        }
        let schemes = |origin: &String| origin.contains("://");
        if !origins.iter().all(schemes) {
            reader.fault("MCP_ALLOWED_ORIGINS", "must be origins such as https://app.example.com");
        }
        let any = hosts.iter().any(|host| host == "*");
        Self { hosts: (!any).then_some(hosts), origins }
    }
}

fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use todo_service_kit::Env;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Option<McpConfig> {
        let mut reader = Reader::new(variables.iter().copied().collect::<Env>());
        let config = McpConfig::read(&mut reader);
        reader.finish().is_ok().then_some(config)
    }

    #[test]
    fn only_this_machine_unless_told_otherwise() {
        let usual = read(&[]).unwrap();
        assert_eq!(usual.hosts.unwrap(), ["localhost", "127.0.0.1", "::1"]);
        assert!(usual.origins.is_empty());
        let two = read(&[("MCP_ALLOWED_HOSTS", "todo.example.com, chat-api:8080")]).unwrap();
        assert_eq!(two.hosts.unwrap(), ["todo.example.com", "chat-api:8080"]);
        assert_eq!(read(&[("MCP_ALLOWED_HOSTS", "*")]).unwrap().hosts, None);
        assert_eq!(read(&[("MCP_ALLOWED_HOSTS", ", ")]), None);
        assert_eq!(read(&[("MCP_ALLOWED_ORIGINS", "example.com")]), None);
    }
}
