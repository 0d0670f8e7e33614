/**
 * The script of every page in a shell. Menus close by themselves, buttons open dialogs, forms are sent once, filters
 * apply when a choice changes, `/` leads to the search, and what was kept is fresh again after going back.
 */
for (const menu of document.querySelectorAll<HTMLDetailsElement>('[data-menu]')) {
  document.addEventListener('click', ({ target }) => {
    if (!menu.contains(target as Node)) menu.open = false;
  });
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
}

document.addEventListener('click', ({ target }) => {
  const opener = (target as Element).closest<HTMLElement>('[data-opens]');
  const dialog = opener && document.getElementById(opener.dataset.opens ?? '');
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
});

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method === 'dialog') return;
  if (form.dataset.sent !== undefined) return event.preventDefault();
  form.dataset.sent = '';
  event.submitter?.setAttribute('aria-busy', 'true');
});
// A page that comes back from the browser's memory was not sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent;
  for (const button of document.querySelectorAll('form [aria-busy]')) button.removeAttribute('aria-busy');
});

for (const select of document.querySelectorAll<HTMLSelectElement>('[data-filters] select')) {
  select.addEventListener('change', () => select.form?.requestSubmit());
}

document.addEventListener('keydown', (event) => {
  const typing = (event.target as Element).matches('input, textarea, select, [contenteditable]');
  const search = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (event.key !== '/' || typing || !search) return;
  event.preventDefault();
  search.focus();
});
