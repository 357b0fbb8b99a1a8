// The page's only script: shows the messages as they change, and sends clicks to the page's own server.
const list = document.querySelector('#messages');
const status = document.querySelector('#status');
const person = document.querySelector('#person');
const { channel } = list.dataset;

const load = async () => {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const answer = await fetch(`/messages?channel=${encodeURIComponent(channel)}`);
  // The server escapes every text in it.
  list.innerHTML = await answer.text();
  if (atEnd) list.scrollTop = list.scrollHeight;
};

const isConfirmed = (dialog) =>
  new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'confirm'), { once: true });
    dialog.showModal();
  });

const click = async (button) => {
  const dialog = button.nextElementSibling;
  if (dialog instanceof HTMLDialogElement && !(await isConfirmed(dialog))) return;
  status.textContent = `${button.textContent} ...`;
  const answer = await fetch('/click', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      channel,
      ts: button.closest('.message').dataset.ts,
      actionId: button.dataset.action,
      person: person.value,
    }),
  });
  status.textContent = `${button.textContent}: ${await answer.text()}`;
};

const failed = () => {
  status.textContent = 'The page has lost its server.';
};

list.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (button !== null) click(button).catch(failed);
});
// The first event comes at once.
new EventSource('/events').addEventListener('message', () => {
  load().catch(failed);
});
