// Puts the figures as they are now in place of those before, every two seconds while somebody looks.
// What is focused stays focused, and nothing moves under a pointer that is about to press a button.
// Without this script the page loads itself anew.
'use strict';

const PERIOD = 2000;
const state = document.getElementById('live-state');
const toggle = document.getElementById('live-toggle');
let paused = false;
let timer;

function plan() {
  clearTimeout(timer);
  timer = paused ? undefined : setTimeout(refresh, PERIOD);
}

async function refresh() {
  if (document.hidden) {
    plan();
    return;
  }
  try {
    const answer = await fetch('/operator/figures', {
      headers: {Accept: 'text/html'},
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 403) {
      stop('You are no longer signed in as operator. Load the page again.');
      return;
    }
    if (!answer.ok) {
      throw new Error(answer.statusText);
    }
    if (!paused && !document.querySelector('#figures form:hover')) {
      replace(await answer.text());
      state.textContent = `Live, as of ${new Date().toLocaleTimeString()}.`;
    }
  } catch {
    state.textContent = 'The market does not answer; trying on.';
  }
  plan();
}

function replace(html) {
  const focused = document.activeElement?.closest('#figures') && document.activeElement.id;
  document.getElementById('figures').outerHTML = html;
  if (focused) {
    document.getElementById(focused)?.focus({preventScroll: true});
  }
}

function stop(why) {
  paused = true;
  clearTimeout(timer);
  toggle.hidden = true;
  state.textContent = why;
}

toggle.addEventListener('click', () => {
  paused = !paused;
  toggle.textContent = paused ? 'Go on' : 'Pause';
  state.textContent = paused ? 'Paused.' : 'Live.';
  plan();
});

toggle.hidden = false;
state.textContent = 'Live.';
plan();
