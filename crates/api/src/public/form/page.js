// Shows a form, and keeps what is filled in until the server has said that it is on disk.
//
// Every answer has a key of its own in the browser's storage, so that two tabs lose nothing of each other; its id makes sending
// it twice harmless. Of a counter the next person sees nothing of the one before.
(() => {
  'use strict';
  const form = JSON.parse(document.getElementById('form').textContent);
  const root = document.getElementById('form-page');
  const picture = document.getElementById('code').firstElementChild;
  const path = location.pathname;
  const PREFIX = `perennial-form:${path}:`;
  const SEND_MS = 8000;
  const RETRY_MS = 15000;
  /** After so long a counter is the next person's. */
  const IDLE_MS = 90000;
  const DONE_MS = 30000;

  const TEXTS = {
    zh: {
      other: 'English', send: '提交', next: '下一位', again: '再填一份', clear: '清空',
      sent: '已提交，谢谢！', saved: '已保存在本机，联网后自动提交。', lost: '本机无法保存，也连不上网络，请稍后再试。',
      closed: '本表单已结束。', follow: '扫码关注我们', choose: '请选择', agree: '我同意', required: '必填',
      waiting: (count) => `${count} 份等待上传`, refused: (count) => `${count} 份未被接受`,
      correct: '更正', discard: '删除', sure: '删除后无法恢复，确定吗？', yes: '是', no: '否',
      wrong: {
        required: '请填写', phone: '请填写正确的手机号，例如 13912345678', email: '请填写正确的邮箱，例如 ann@example.com',
        text: (min, max) => `请填写 ${min} 到 ${max} 个字`, integer: (min, max) => `请填写整数${range(min, max, '至')}`,
        decimal: '请填写数字，例如 12.5', boolean: '请选择', date: '请填写日期', choice: '请选择', choices: '请选择',
        identifier: '请填写手机号或邮箱', agree: '请先同意', other: '未被接受',
      },
    },
    en: {
      other: '中文', send: 'Send', next: 'Next person', again: 'Fill in another', clear: 'Clear',
      sent: 'Sent. Thank you!', saved: 'Saved on this device. It is sent as soon as there is a network.',
      lost: 'It could neither be sent nor be saved on this device. Try again later.',
      closed: 'This form is closed.', follow: 'Scan to follow us', choose: 'Choose', agree: 'I agree', required: 'required',
      waiting: (count) => `${count} waiting to be sent`, refused: (count) => `${count} not accepted`,
      correct: 'Correct', discard: 'Delete', sure: 'It cannot be brought back. Delete it?', yes: 'Yes', no: 'No',
      wrong: {
        required: 'Fill this in', phone: 'A phone number such as 13912345678', email: 'A mail address such as ann@example.com',
        text: (min, max) => `${min} to ${max} characters`, integer: (min, max) => `A whole number${range(min, max, ' to ')}`,
        decimal: 'A number such as 12.5', boolean: 'Choose one', date: 'A day', choice: 'Choose one', choices: 'Choose one or more',
        identifier: 'A phone number or a mail address', agree: 'This has to be agreed to', other: 'Not accepted',
      },
    },
  };
  const range = (min, max, to) => (min == null && max == null ? '' : ` (${min ?? ''}${to}${max ?? ''})`);
  const start = document.documentElement.lang === 'en' ? 'en' : 'zh';
  let language = start;
  let told = { answers: {}, agreed: [] };
  let errors = {};
  let view = 'form';
  let wasSaved = false;
  let lastTouched = Date.now();
  let timer = 0;
  const text = () => TEXTS[language];

  // Making elements; nothing that comes from elsewhere is ever read as markup.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, '');
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  // --- what waits ---

  const keys = () => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };
  function entries() {
    const found = keys().map((key) => {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    });
    return found.filter(Boolean).sort((one, other) => (one.body.filled_at < other.body.filled_at ? -1 : 1));
  }
  function keep(entry) {
    try {
      localStorage.setItem(PREFIX + entry.body.id, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }
  const forget = (id) => {
    try {
      localStorage.removeItem(PREFIX + id);
    } catch {
      // Where nothing can be kept there is nothing to forget.
    }
  };

  /** `taken`, `refused` with what is wrong, or `later` with how long to wait. */
  async function post(body) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), SEND_MS);
    try {
      const response = await fetch(path, {
        method: 'POST', headers: { 'content-type': 'application/json' }, credentials: 'same-origin', signal: stop.signal,
        body: JSON.stringify({ ...body, sent_at: new Date().toISOString() }),
      });
      if (response.ok) return { outcome: 'taken' };
      const isFinal = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
      if (!isFinal) return { outcome: 'later', seconds: Number(response.headers.get('retry-after')) || 0 };
      const problem = await response.json().catch(() => ({}));
      return { outcome: 'refused', problem };
    } catch {
      return { outcome: 'later', seconds: 0 };
    } finally {
      clearTimeout(limit);
    }
  }

  let isFlushing = false;
  let notBefore = 0;
  /** Sends what waits, the oldest first, by one tab at a time. */
  async function flush() {
    if (isFlushing || Date.now() < notBefore) return;
    isFlushing = true;
    try {
      if (navigator.locks) await navigator.locks.request(PREFIX, { ifAvailable: true }, (lock) => lock && sendAll());
      else await sendAll();
    } finally {
      isFlushing = false;
      showQueue();
    }
  }
  async function sendAll() {
    for (const entry of entries().filter((one) => !one.refused && one.body.id !== sending)) {
      const { outcome, problem, seconds } = await post(entry.body);
      if (outcome === 'later') {
        notBefore = Date.now() + seconds * 1000;
        return;
      }
      if (outcome === 'taken') forget(entry.body.id);
      else keep({ ...entry, refused: wrongOf(problem) });
      showQueue();
    }
  }

  /** What is wrong by field, of a problem as the server tells it. */
  function wrongOf(problem) {
    const wrong = {};
    for (const { pointer } of problem.errors ?? []) {
      const [, list, name] = pointer.split('/');
      wrong[list === 'agreed' ? `agreed/${name}` : list === 'answers' ? name : ''] = true;
    }
    if (Object.keys(wrong).length === 0) wrong[''] = problem.detail || true;
    return wrong;
  }

  // --- checking, as far as it can be done without the server ---

  const isBlank = (value) => (Array.isArray(value) ? value.length === 0 : !String(value ?? '').trim());
  function isRight(field, value) {
    const word = Array.isArray(value) ? '' : String(value).trim();
    const { kind, min, max } = field;
    const digits = word.replace(/[^0-9]/g, '');
    const country = /^(\+|00)/.test(word) && digits.length >= 7;
    if (kind === 'phone') return /^[0-9+\-() ./]+$/.test(word) && digits.length <= 16 && (country || /^1\d{10}$/.test(digits));
    if (kind === 'email') return /^[^\s@]+@[^\s@.][^\s@]*\.[^\s@.]+$/.test(word);
    if (kind === 'text') return [...word].length >= (min ?? 1) && [...word].length <= (max ?? 100);
    if (kind === 'integer') return /^[+-]?\d{1,18}$/.test(word) && Number(word) >= (min ?? -Infinity) && Number(word) <= (max ?? Infinity);
    if (kind === 'decimal') return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(word) && digits.length <= 18;
    return true;
  }
  function check() {
    const found = {};
    for (const field of form.fields) {
      const value = told.answers[field.name];
      if (isBlank(value)) {
        if (field.is_required) found[field.name] = 'required';
      } else if (!isRight(field, value)) found[field.name] = true;
    }
    const finders = form.fields.filter(({ kind }) => kind === 'phone' || kind === 'email');
    if (finders.every(({ name }) => isBlank(told.answers[name]))) for (const { name } of finders) found[name] ??= 'identifier';
    for (const { name, is_required } of form.consents)
      if (is_required && !told.agreed.includes(name)) found[`agreed/${name}`] = true;
    return found;
  }
  function message(name) {
    const why = errors[name];
    if (!why) return null;
    const { wrong } = text();
    if (name.startsWith('agreed/')) return wrong.agree;
    const field = form.fields.find((one) => one.name === name);
    if (!field) return typeof why === 'string' ? why : wrong.other;
    if (typeof why === 'string' && wrong[why]) return wrong[why];
    const said = wrong[field.kind];
    return typeof said === 'function' ? said(field.min ?? (field.kind === 'text' ? 1 : null), field.max ?? (field.kind === 'text' ? 100 : null)) : said;
  }

  // --- sending ---

  let sending = null;
  async function submit(event) {
    event.preventDefault();
    if (sending) return;
    errors = check();
    if (Object.keys(errors).length > 0) return void show(true);
    const body = {
      id: newId(), version: form.version, language: language === 'en' ? 'en' : 'zh-CN', answers: told.answers, agreed: told.agreed,
      filled_at: new Date().toISOString(), is_code_shown: Boolean(picture), trap: root.querySelector('[name=website]').value,
    };
    sending = body.id;
    const isKept = keep({ body });
    show();
    const { outcome, problem } = await post(body);
    sending = null;
    if (outcome === 'refused') {
      forget(body.id);
      errors = wrongOf(problem);
      return void show(true);
    }
    if (outcome === 'taken') forget(body.id);
    else if (!isKept) {
      errors = { '': text().lost };
      return void show(true);
    }
    wasSaved = outcome === 'later';
    begin('done');
  }
  function newId() {
    // Not every page of a shop's own network has randomUUID: that needs a secure context.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Nothing of what was filled in is left on the screen. */
  function begin(next) {
    [told, errors, view] = [{ answers: {}, agreed: [] }, {}, next];
    lastTouched = Date.now();
    clearTimeout(timer);
    if (form.counter && next === 'done') timer = setTimeout(() => begin('form'), DONE_MS);
    if (form.counter && next === 'form') language = start;
    show();
  }

  // --- showing ---

  const words = (both) => (language === 'en' ? both.en : both.zh);
  const autocomplete = (field) =>
    form.counter ? 'off' : ({ phone: 'tel', email: 'email', name: 'name', birthday: 'bday', address: 'street-address' }[field.name] ?? 'on');

  function input(field) {
    const value = told.answers[field.name];
    const id = `field-${field.name}`;
    const common = {
      id, name: field.name, 'aria-required': field.is_required && 'true', 'aria-invalid': errors[field.name] && 'true',
      'aria-describedby': errors[field.name] && `${id}-wrong`,
    };
    const take = (event) => {
      told.answers[field.name] = event.target.value;
    };
    const options = (list) =>
      list.map(([code, label]) => make('option', { value: code, selected: code === (value ?? '') }, label));
    switch (field.kind) {
      case 'choice':
        return make('select', { ...common, onchange: take }, ...options([['', text().choose], ...field.choices.map((one) => [one.value, words(one.label)])]));
      case 'boolean':
        return make('select', { ...common, onchange: take }, ...options([['', text().choose], ['true', text().yes], ['false', text().no]]));
      case 'choices':
        return make('div', { id, role: 'group', 'aria-labelledby': `${id}-label` }, ...field.choices.map((one) => tick(
          (value ?? []).includes(one.value), words(one.label), (isOn) => {
            const others = (told.answers[field.name] ?? []).filter((other) => other !== one.value);
            told.answers[field.name] = isOn ? [...others, one.value] : others;
          })));
      default: {
        const type = { phone: 'tel', email: 'email', date: 'date' }[field.kind] ?? 'text';
        const inputmode = { integer: 'numeric', decimal: 'decimal' }[field.kind];
        return make('input', { ...common, type, inputmode, value, autocomplete: autocomplete(field), oninput: take });
      }
    }
  }
  function tick(isOn, label, change, attributes = {}) {
    const box = make('input', { type: 'checkbox', checked: isOn, onchange: (event) => change(event.target.checked), ...attributes });
    return make('label', { class: 'tick' }, box, make('span', {}, label));
  }
  function wrong(name, id) {
    const said = message(name);
    return said ? make('p', { class: 'wrong', id: `${id}-wrong`, role: 'alert' }, said) : null;
  }
  const star = (isRequired) => (isRequired ? make('span', { class: 'required', title: text().required }, ' *') : null);

  function formView() {
    const fields = form.fields.map((field) => {
      const id = `field-${field.name}`;
      const label = make('label', { for: field.kind === 'choices' ? null : id, id: `${id}-label` }, words(field.label), star(field.is_required));
      return make('div', { class: 'field' }, label, input(field), wrong(field.name, id));
    });
    const consents = form.consents.map((one) => {
      const name = `agreed/${one.name}`;
      const change = (isOn) => {
        told.agreed = [...told.agreed.filter((other) => other !== one.name), ...(isOn ? [one.name] : [])];
      };
      const box = tick(told.agreed.includes(one.name), text().agree, change, { name, 'aria-describedby': `${name}-text` });
      box.append(star(one.is_required) ?? '');
      return make('div', { class: 'field consent' }, make('div', { class: 'terms', id: `${name}-text`, tabindex: '0' }, words(one.text)), box, wrong(name, name));
    });
    const trap = make('label', { class: 'trap', 'aria-hidden': 'true' }, 'Website', make('input', { name: 'website', tabindex: '-1', autocomplete: 'off' }));
    return make('form', { novalidate: true, autocomplete: form.counter ? 'off' : 'on', onsubmit: submit },
      form.intro ? make('p', { class: 'intro' }, words(form.intro)) : null, ...fields, ...consents, trap, wrong('', 'form'),
      make('div', { class: 'buttons' }, make('button', { type: 'submit', class: 'main', disabled: Boolean(sending) }, text().send),
        form.counter ? make('button', { type: 'button', onclick: () => begin('form') }, text().clear) : null));
  }
  function doneView() {
    const code = picture?.cloneNode(true);
    return make('div', { class: 'done', role: 'status' },
      make('p', { class: 'thanks' }, wasSaved ? text().saved : form.thanks ? words(form.thanks) : text().sent),
      code ? make('div', { class: 'follow' }, make('p', {}, text().follow), code) : null,
      make('button', { type: 'button', class: 'main', onclick: () => begin('form') }, form.counter ? text().next : text().again));
  }

  function show(focusWrong = false) {
    const isOpen = form.is_open || view === 'done';
    const turn = () => {
      language = language === 'en' ? 'zh' : 'en';
      show();
    };
    const head = make('header', {}, make('h1', {}, words(form.title)), make('button', { type: 'button', class: 'plain', lang: language === 'en' ? 'zh-CN' : 'en', onclick: turn }, text().other));
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
    document.title = words(form.title);
    const body = !isOpen ? make('p', { class: 'closed' }, text().closed) : view === 'done' ? doneView() : formView();
    root.replaceChildren(head, form.counter ? make('p', { class: 'counter' }, form.counter) : '', body, make('section', { id: 'queue', 'aria-live': 'polite' }));
    showQueue();
    if (focusWrong) root.querySelector('[aria-invalid], .wrong')?.focus();
  }

  /** How many wait, and which were not accepted: without a word of what they say. */
  function showQueue() {
    const place = document.getElementById('queue');
    const all = entries().filter((one) => one.body.id !== sending);
    const [waits, refused] = [all.filter((one) => !one.refused), all.filter((one) => one.refused)];
    const row = (entry) => make('li', {}, new Date(entry.body.filled_at).toLocaleString(language === 'en' ? 'en' : 'zh-CN'), ' ',
      make('button', { type: 'button', onclick: () => correct(entry) }, text().correct), ' ',
      make('button', { type: 'button', onclick: () => confirm(text().sure) && (forget(entry.body.id), showQueue()) }, text().discard));
    place.replaceChildren(
      waits.length > 0 ? make('p', { id: 'waiting' }, text().waiting(waits.length)) : '',
      refused.length > 0 ? make('details', { id: 'refused' }, make('summary', {}, text().refused(refused.length)), make('ul', {}, ...refused.map(row))) : '');
  }
  function correct(entry) {
    forget(entry.body.id);
    [told, errors, view] = [{ answers: entry.body.answers, agreed: entry.body.agreed }, entry.refused, 'form'];
    show(true);
  }

  // --- when ---

  for (const kind of ['input', 'click', 'touchstart', 'keydown'])
    addEventListener(kind, () => { lastTouched = Date.now(); }, { passive: true });
  setInterval(() => {
    flush();
    const isUsed = Object.values(told.answers).some((value) => !isBlank(value)) || told.agreed.length > 0;
    if (form.counter && view === 'form' && !sending && isUsed && Date.now() - lastTouched > IDLE_MS) begin('form');
  }, RETRY_MS);
  addEventListener('online', () => { notBefore = 0; flush(); });
  addEventListener('storage', showQueue);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) flush(); });
  addEventListener('pageshow', (event) => { if (event.persisted && form.counter) begin('form'); });

  show();
  flush();
  // Without a secure context there is none: then the page that is open still keeps what is filled in.
  navigator.serviceWorker?.register('/f/worker.js').then(() => navigator.serviceWorker.ready).then((ready) => {
    ready.active?.postMessage([path, '/f/page.js', '/f/page.css']);
  }).catch(() => {});
})();
