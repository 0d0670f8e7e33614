/**
 * The script of the reference in a sandbox: shows the forms, and sends what was typed into them. Kept as text,
 * because it runs in the reader's browser. The key stays in its field: it is stored nowhere, stands in no address
 * and goes only into the header of a call to this switch. Answers become text, never markup.
 */
import { type Asset, assetOf } from '../asset.ts';

// Longer than the longest wait for an order's payment.
const timeoutMs = 60_000;
// What a phone still scrolls smoothly.
const shownLengthMax = 100_000;

const script = `'use strict';
const key = document.getElementById('try-key');
const fieldsOf = (form, place) => [...form.querySelectorAll('[data-place="' + place + '"]')];

// crypto.randomUUID is missing where a phone opens the sandbox over plain http.
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function addressOf(form) {
  const filled = fieldsOf(form, 'path').reduce(
    (path, { dataset, value }) => path.replace('{' + dataset.name + '}', encodeURIComponent(value.trim())),
    form.dataset.path,
  );
  const query = new URLSearchParams();
  for (const { dataset, value } of fieldsOf(form, 'query')) if (value !== '') query.set(dataset.name, value);
  const search = String(query);
  return search === '' ? filled : filled + '?' + search;
}

function headersOf(form) {
  const headers = new Headers();
  if ('keyed' in form.dataset) headers.set('Authorization', 'Bearer ' + key.value.trim());
  for (const { dataset, value } of fieldsOf(form, 'header')) if (value !== '') headers.set(dataset.name, value);
  if (fieldsOf(form, 'body').length > 0) headers.set('Content-Type', 'application/json');
  return headers;
}

function linkTo(address, text) {
  const link = document.createElement('a');
  link.href = address;
  link.textContent = text;
  return link;
}

// What the form has to say, in place of what it said before.
function say(form, tone, ...parts) {
  const line = form.querySelector('[role="status"]');
  line.className = tone;
  line.replaceChildren(...parts);
  form.querySelector('pre').hidden = true;
}

// Says what is in the way of sending, and leads there.
function hasObstacle(form) {
  if ('keyed' in form.dataset && key.value.trim() === '') {
    say(form, 'bad', 'This call needs a key. ', linkTo('#try-key', 'Type one at the top of this page'), ', then send again.');
    return true;
  }
  for (const body of fieldsOf(form, 'body')) {
    body.removeAttribute('aria-invalid');
    try {
      JSON.parse(body.value);
    } catch (error) {
      say(form, 'bad', 'The body is no JSON, so nothing was sent: ' + error.message);
      body.setAttribute('aria-invalid', 'true');
      body.focus();
      return true;
    }
  }
  try {
    headersOf(form);
  } catch {
    say(form, 'bad', 'A key has letters, digits and signs of ASCII only, so nothing was sent. Copy it once more.');
    return true;
  }
  return false;
}

async function textOf(response) {
  const type = response.headers.get('content-type') || '';
  if (!/text|json|xml/.test(type)) {
    const { size } = await response.blob();
    return { text: size > 0 ? size + ' bytes of ' + type : '' };
  }
  const text = await response.text();
  if (!type.startsWith('application/json') && !type.startsWith('application/problem+json')) return { text };
  const answer = JSON.parse(text);
  return { answer, text: JSON.stringify(answer, null, 2) };
}

function show(form, response, { answer, text }, tookMs) {
  const request = response.headers.get('x-request-id');
  const parts = [
    (response.ok ? 'Answered ' : 'Refused with ') + response.status + ' in ' + tookMs + ' ms' +
      (request ? ', request ' + request : '') + '.',
  ];
  const refusal = response.ok ? answer && answer.refusal : answer;
  if (refusal && typeof refusal.code === 'string') {
    const link = linkTo('/docs/refusals#' + encodeURIComponent(refusal.code), refusal.detail);
    // In a tab of its own: what was typed here would be gone.
    link.target = '_blank';
    parts.push(document.createElement('br'), link);
    if (refusal.explanation) parts.push(' ' + refusal.explanation);
  }
  say(form, response.ok ? '' : 'bad', ...parts);
  const shown = form.querySelector('pre');
  shown.textContent = text.length > ${shownLengthMax} ? text.slice(0, ${shownLengthMax}) + '… and more' : text;
  shown.hidden = text === '';
}

async function send(form) {
  const button = form.querySelector('button[type="submit"]');
  // Not disabled: that would take the focus away from whoever types.
  if (button.ariaDisabled === 'true' || hasObstacle(form)) return;
  button.ariaDisabled = 'true';
  say(form, '', 'Sending …');
  const [body] = fieldsOf(form, 'body');
  const startedMs = performance.now();
  try {
    const response = await fetch(addressOf(form), {
      method: form.dataset.method.toUpperCase(),
      headers: headersOf(form),
      body: body && body.value,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(${timeoutMs}),
    });
    show(form, response, await textOf(response), Math.round(performance.now() - startedMs));
  } catch (error) {
    const safe = fieldsOf(form, 'header').length > 0 ? ' Sending again with the same Idempotency-Key is safe.' : '';
    say(form, 'bad', 'No answer: ' + error.message + '.' + safe);
  }
  button.ariaDisabled = 'false';
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('.try-it form')) return;
  event.preventDefault();
  send(event.target);
});
document.addEventListener('click', ({ target }) => {
  if (target.matches('[data-fresh]')) fieldsOf(target.form, 'header')[0].value = freshKey();
});
for (const field of document.querySelectorAll('.try-it [data-place="header"]')) field.value = freshKey();
for (const hidden of document.querySelectorAll('.try-it')) hidden.hidden = false;
`;

export const tryIt: Asset = assetOf('try-it', 'js', 'text/javascript; charset=utf-8', script);
