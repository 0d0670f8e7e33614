/**
 * The script of reconciliation's pages. A file is sent in parts with its progress, so that it may be as large as it is;
 * one that is being matched is asked to go on until it is done.
 */
const partBytes = 1024 * 1024;
const pauseMs = 2_000;
// The reports catch up within seconds; after that a person looks.
const waitsMax = 60;

interface Answer {
  readonly ok: boolean;
  readonly body: {
    readonly id: string;
    readonly status: string;
    readonly code: string;
    readonly detail: string;
  };
}

async function post(path: string, body: BodyInit, type: string): Promise<Answer> {
  const headers = { 'content-type': type, 'accept-language': document.documentElement.lang };
  const response = await fetch(path, { method: 'POST', body, headers });
  return { ok: response.ok, body: await response.json() };
}
const postJson = (path: string, value: object) => post(path, JSON.stringify(value), 'application/json');

const form = document.querySelector<HTMLFormElement>('[data-upload]');
form?.addEventListener('submit', (event) => {
  const file = new FormData(form).get('file');
  if (!(file instanceof File) || file.size === 0) return;
  event.preventDefault();
  const button = form.querySelector('button');
  button?.setAttribute('aria-busy', 'true');
  send(form, file)
    .catch(() => form.submit())
    .finally(() => button?.removeAttribute('aria-busy'));
});

async function send(form: HTMLFormElement, file: File): Promise<void> {
  const bar = form.querySelector<HTMLProgressElement>('[data-progress]');
  const problem = form.querySelector<HTMLElement>('[data-problem]');
  const fields = new FormData(form);
  const begun = await postJson('/v1/centre/partner-files', {
    participant: form.dataset.upload,
    format: fields.get('format'),
    name: file.name,
    from: fields.get('from'),
    to: fields.get('to'),
  });
  const refused = ({ body }: Answer) => {
    if (problem) problem.textContent = body.detail;
  };
  if (!begun.ok) return refused(begun);
  const path = `/v1/centre/partner-files/${begun.body.id}`;
  bar?.classList.remove('unseen');
  for (let at = 0; at < file.size; at += partBytes) {
    const part = file.slice(at, at + partBytes);
    const sent = await post(`${path}/parts/${at / partBytes + 1}`, part, 'application/octet-stream');
    if (!sent.ok) return refused(sent);
    if (bar) bar.value = Math.min(1, (at + partBytes) / file.size);
  }
  location.href = `${form.dataset.done}${begun.body.id}?waits=1`;
}

const matching = document.querySelector<HTMLElement>('[data-match]');
if (matching) void goOn(matching.dataset.match ?? '');

async function goOn(path: string): Promise<void> {
  for (let waits = 0; waits < waitsMax; waits++) {
    const { ok, body } = await postJson(path, {});
    if (ok && body.status === 'finished') return location.replace(location.pathname);
    // The page itself says what was refused.
    if (!ok && body.code !== 'reports.behind') {
      document.querySelector<HTMLFormElement>('form[action$="/match"]')?.submit();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
