// Shows /openapi.json: operations by their tag, then the shapes they speak of. Text only ever enters as text.
'use strict';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const lastPart = (reference) => reference.slice(reference.lastIndexOf('/') + 1);
const shapeLink = (name) => element('a', { href: `#shape-${name}` }, element('code', {}, name));

function resolve(document, thing) {
  if (!thing.$ref) return thing;
  return thing.$ref.slice(2).split('/').reduce((place, key) => place[key], document);
}

function table(head, rows) {
  const row = (cells, kind) => element('tr', {}, ...cells.map((cell) => element(kind, {}, cell ?? '')));
  return element('table', {}, row(head, 'th'), ...rows.map((cells) => row(cells, 'td')));
}

function typeOf(schema) {
  if (!schema) return '';
  if (schema.$ref) return lastPart(schema.$ref);
  if (schema.enum) return schema.enum.join(' | ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeOf).join(' | ');
  if (schema.type === 'array') return `[${typeOf(schema.items)}]`;
  return [schema.type].flat().join(' | ') + (schema.format ? ` (${schema.format})` : '');
}

function schemaOf(message) {
  const content = Object.values(message?.content ?? {})[0];
  return content?.schema?.$ref ? shapeLink(lastPart(content.schema.$ref)) : '';
}

function showOperation(document, path, method, operation) {
  const parameters = (operation.parameters ?? []).map((given) => {
    const parameter = resolve(document, given);
    return [element('code', {}, parameter.name), parameter.in, typeOf(parameter.schema), parameter.description];
  });
  const responses = Object.entries(operation.responses).map(([status, given]) => {
    const response = resolve(document, given);
    return [element('code', {}, status), response.description, schemaOf(response)];
  });
  const shown = element(
    'details',
    { id: operation.operationId },
    element('summary', {}, element('code', { class: 'method' }, method), element('code', {}, path), ' ',
      element('span', {}, operation.summary ?? '')),
  );
  if (parameters.length) shown.append(table(['Parameter', 'In', 'Type', 'Meaning'], parameters));
  if (operation.requestBody) shown.append(element('p', {}, 'Body: ', schemaOf(operation.requestBody)));
  shown.append(table(['Status', 'Meaning', 'Shape'], responses));
  return shown;
}

function showShape(name, schema) {
  const shown = element('details', { id: `shape-${name}` }, element('summary', {}, element('code', {}, name), ' ',
    element('span', {}, schema.description ?? '')));
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    const rows = Object.entries(schema.properties).map(([field, property]) => [
      element('code', {}, field), typeOf(property), required.has(field) ? 'yes' : '', property.description,
    ]);
    shown.append(table(['Field', 'Type', 'Required', 'Meaning'], rows));
  } else {
    shown.append(element('pre', {}, JSON.stringify(schema, null, 2)));
  }
  return shown;
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

async function show() {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  const described = await response.json();
  const { title, version, description } = described.info;
  document.getElementById('title').textContent = `${title} ${version}`;
  document.getElementById('about').textContent = description;
  const operations = document.getElementById('operations');
  for (const { name, description: about } of described.tags) {
    operations.append(element('h2', {}, name), element('p', {}, about));
    for (const [path, item] of Object.entries(described.paths)) {
      for (const method of METHODS) {
        const operation = item[method];
        if (operation?.tags?.includes(name)) operations.append(showOperation(described, path, method, operation));
      }
    }
  }
  const shapes = Object.entries(described.components.schemas).map(([name, schema]) => showShape(name, schema));
  document.getElementById('shapes').append(...shapes);
  document.querySelector('section').hidden = false;
  openTarget();
}

addEventListener('hashchange', openTarget);
show().catch((error) => {
  document.getElementById('about').textContent = `The description could not be read: ${error.message}`;
});
