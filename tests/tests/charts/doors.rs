//! How people and agents come in.

use serde_json::Value;

use crate::support::{Suite, documents, folder, rule};

/// Where the doors of a suite lead: path, whether it is a prefix, and Service.
fn routes(suite: &Suite) -> Vec<(String, bool, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let ingresses =
        suite.any("Ingress").into_iter().flat_map(|ingress| ingress.list("/spec/rules"));
    let paths = ingresses.flat_map(|rule| rule["http"]["paths"].as_array().unwrap());
    let by_ingress = paths.map(|path| {
        (
            text(&path["path"]),
            path["pathType"] == "Prefix",
            text(&path["backend"]["service"]["name"]),
        )
    });
    let gateways = suite.any("HTTPRoute").into_iter().flat_map(|route| route.list("/spec/rules"));
    let by_gateway = gateways.flat_map(|rule| {
        let service = text(&rule["backendRefs"][0]["name"]);
        let matches = rule["matches"].as_array().unwrap().iter().map(|found| &found["path"]);
        let paths = matches.map(|path| (text(&path["value"]), path["type"] == "PathPrefix"));
        paths.map(move |(path, prefix)| (path, prefix, service.clone())).collect::<Vec<_>>()
    });
    by_ingress.chain(by_gateway).collect()
}

/// Where a request goes: the exact path, else the longest prefix.
fn leads_to(routes: &[(String, bool, String)], path: &str) -> Option<String> {
    let fits = |(route, prefix, _): &&(String, bool, String)| {
        let below = path.strip_prefix(route.trim_end_matches('/'));
        path == route || (*prefix && below.is_some_and(|rest| rest.starts_with('/')))
    };
    let found = routes.iter().filter(fits).max_by_key(|(route, prefix, _)| (!prefix, route.len()));
    found.map(|(_, _, service)| service.clone())
}

#[test]
fn sockets_go_to_websocket_and_the_rest_to_chat_api() {
    rule(|suite, faults| {
        let routes = routes(suite);
        if routes.is_empty() {
            return;
        }
        for (path, service) in [
            ("/", "chat-api"),
            ("/ws", "websocket"),
            ("/mcp", "chat-api"),
            ("/api/ada/tasks", "chat-api"),
            ("/openapi.json", "chat-api"),
            ("/wsdl", "chat-api"),
        ] {
            let found = leads_to(&routes, path);
            let right = found.as_deref() == Some(service);
            faults.unless(right, &suite.target, format!("{path} leads to {found:?}"));
        }
    });
}

#[test]
fn a_door_leads_to_a_port_that_is_there() {
    rule(|suite, faults| {
        let ingresses =
            suite.any("Ingress").into_iter().flat_map(|ingress| ingress.list("/spec/rules"));
        let backends = ingresses.flat_map(|rule| rule["http"]["paths"].as_array().unwrap());
        let ingress = backends.map(|path| {
            let service = &path["backend"]["service"];
            (service["name"].as_str().unwrap(), &service["port"]["name"])
        });
        let gateways =
            suite.any("HTTPRoute").into_iter().flat_map(|route| route.list("/spec/rules"));
        let gateways = gateways.flat_map(|rule| rule["backendRefs"].as_array().unwrap());
        let gateway = gateways.map(|backend| (backend["name"].as_str().unwrap(), &backend["port"]));
        for (name, port) in ingress.chain(gateway) {
            let ports =
                suite.find("Service", name).map_or(&[][..], |service| service.list("/spec/ports"));
            let there = ports.iter().any(|own| own["name"] == *port || own["port"] == *port);
            faults.unless(there, &suite.target, format!("Service {name} has no port {port}"));
        }
    });
}

/// A socket is silent for as long as a ping comes; most proxies give up after a minute, and some end any request then.
#[test]
fn a_socket_may_last() {
    rule(|suite, faults| {
        for ingress in suite.any("Ingress") {
            let class = ingress.text("/spec/ingressClassName");
            // Which annotation counts depends on whose class it is.
            if !(class.contains("nginx") || class.contains("webapprouting")) {
                continue;
            }
            for name in ["proxy-read-timeout", "proxy-send-timeout"] {
                let name = format!("nginx.ingress.kubernetes.io/{name}");
                let said = ingress.at("/metadata/annotations")[&name].as_str();
                let long = said.and_then(|text| text.parse::<u64>().ok()) >= Some(600);
                faults.unless(long, ingress, format!("{name} is {said:?}"));
            }
        }
        for route in suite.any("HTTPRoute") {
            for rule in route.list("/spec/rules") {
                let sockets = rule["backendRefs"][0]["name"] == "websocket";
                let unlimited = rule["timeouts"]["request"] == "0s" || google_waits(&suite.target);
                faults.unless(!sockets || unlimited, route, format!("{}", rule["timeouts"]));
            }
        }
    });
}

/// GKE takes no timeouts in a route; a policy that people apply by hand says them.
fn google_waits(target: &str) -> bool {
    let file = format!("docs/deploy/{target}.yaml");
    folder(&file).is_file()
        && documents(&file).iter().any(|policy| {
            policy["kind"] == "GCPBackendPolicy"
                && policy["spec"]["targetRef"]["name"] == "websocket"
                && policy["spec"]["default"]["timeoutSec"].as_u64() >= Some(600)
        })
}

/// What the page, sockets and agents are asked for is the name that the door has.
#[test]
fn services_know_the_name_of_the_door() {
    rule(|suite, faults| {
        let ingresses = suite.any("Ingress").into_iter();
        let hosts = ingresses.filter_map(|ingress| ingress.at("/spec/rules/0/host").as_str());
        let routes = suite.any("HTTPRoute").into_iter();
        let hosts = hosts.chain(routes.filter_map(|route| route.at("/spec/hostnames/0").as_str()));
        for host in hosts {
            for (app, variable) in
                [("chat-api", "MCP_ALLOWED_HOSTS"), ("websocket", "ALLOWED_ORIGINS")]
            {
                let pods = suite.services();
                let pod = pods.iter().find(|pod| pod.app_id() == app).unwrap();
                let said = pod.service().variable(variable).unwrap_or_default();
                let names = said.split(',').map(|name| name.rsplit('/').next().unwrap());
                let known = names.into_iter().any(|name| name == host);
                faults.unless(known, pod.of, format!("{variable} is {said:?}"));
            }
        }
    });
}

/// For a cluster that others can reach.
#[test]
fn nobody_signs_in_under_any_name_where_there_is_a_door() {
    rule(|suite, faults| {
        let pods = suite.services();
        let chat = pods.iter().find(|pod| pod.app_id() == "chat-api").unwrap();
        let open = chat.service().variable("DEV_LOGIN") == Some("true");
        faults.unless(!open || routes(suite).is_empty(), chat.of, "DEV_LOGIN behind a door");
    });
}
