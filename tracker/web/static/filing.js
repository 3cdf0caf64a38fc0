// Comforts of the filing page: every key is kept on this machine at once, and saved as a draft at a pause.
// With scripts off the buttons do the same. Uses cleanedPoints of count.js.
"use strict";

(() => {
  const PAUSE = 1500;
  const AGAIN = 15000;
  // The least likeness to last period's text that is worth a word, as in tracker/domain/text_flags.py; and how
  // short or long a text is compared, as in near_copies.py. Beyond a product of lengths it takes too long here.
  const LEAST_LIKE = 0.9;
  const SHORTEST = 20;
  const LONGEST = 3000;
  const MOST_PAIRS = 4e6;

  const form = document.getElementById("sheet");

  // Without this script a judgement is picked from suggestions; a list of choices takes no typing.
  const choices = document.getElementById("rates");
  for (const box of form.querySelectorAll("input[list]")) {
    const select = document.createElement("select");
    select.name = box.name;
    for (const word of ["", ...Array.from(choices.options, (option) => option.value)]) {
      select.add(new Option(word || form.dataset.choose, word, word === box.value, word === box.value));
    }
    box.replaceWith(select);
  }

  // Not there where the round is closed: then only what is left on this machine is shown.
  const said = document.getElementById("saving") ?? document.createElement("span");
  const words = said.dataset;
  const wasSaid = said.textContent;

  const cleaned = (text) => cleanedPoints(text).join("");
  const controlsOf = (task) =>
    Array.from(task.querySelectorAll("textarea, input, select")).filter((box) => box.name && !["file", "hidden"].includes(box.type));
  const valueOf = (box) => (box.type === "checkbox" ? box.checked : box.value);
  const put = (box, value) => {
    if (box.type === "checkbox") box.checked = value;
    else box.value = value;
  };
  // What is typed at one task, by the names of its controls.
  const read = (task) => Object.fromEntries(controlsOf(task).map((box) => [box.name, valueOf(box)]));
  const same = (one, other) =>
    Object.keys({ ...one, ...other }).every((name) =>
      typeof one[name] === "string" && typeof other[name] === "string"
        ? cleaned(one[name]) === cleaned(other[name])
        : (one[name] ?? false) === (other[name] ?? false),
    );
  const idOf = (task) => task.id.slice("task-".length);
  // The version and draft that each task was shown over.
  const bases = new Map(form.elements.bases.value.split(" ").map((pair) => pair.split(":")));
  const written = (some) => some.map((id) => `${id}:${bases.get(id)}`).join(" ");
  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const button = (text, act) => {
    const made = element("button", "quiet", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };
  const clock = (at) => new Date(at).toTimeString().slice(0, 5);

  // What this machine keeps: under an account, unit and round, so that nobody else's page asks for it.
  const store = {
    key: (task) => `filing/${form.dataset.keeper}/${task.id}`,
    write(task) {
      try {
        localStorage.setItem(this.key(task), JSON.stringify({ base: bases.get(idOf(task)), at: Date.now(), typed: read(task) }));
        return true;
      } catch {
        return false; // Storage is full or switched off: the draft on the server is still there.
      }
    },
    read(task) {
      try {
        return JSON.parse(localStorage.getItem(this.key(task)));
      } catch {
        return null;
      }
    },
    drop(task) {
      try {
        localStorage.removeItem(this.key(task));
      } catch {
        // Nothing could be kept either.
      }
    },
  };

  const isOpen = (task) => task.querySelector("textarea:not([readonly])") !== null;
  const changed = new Set();
  // Where a colleague's text stands in the way, only the person's own button decides.
  const stopped = new Set();
  let timer = 0;
  let sending = null;

  const waiting = () => Array.from(changed).filter((task) => !stopped.has(task));

  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  function bodyOf(batch) {
    const body = new URLSearchParams();
    for (const name of ["form_token", "unit"]) body.set(name, form.elements[name].value);
    body.set("bases", written(batch.map(idOf)));
    for (const task of batch) {
      for (const [name, value] of Object.entries(read(task))) {
        if (value !== false) body.set(name, value === true ? "1" : value);
      }
    }
    return body;
  }

  async function save(keepalive = false) {
    clearTimeout(timer);
    const batch = waiting();
    if (!batch.length) return;
    if (sending) {
      later(PAUSE);
      return;
    }
    const sent = new Map(batch.map((task) => [task, read(task)]));
    if (!keepalive) say(words.saving);
    sending = fetch(`${form.getAttribute("action")}/drafts`, { method: "POST", body: bodyOf(batch), keepalive })
      .then((answer) => take(answer, sent))
      .catch(() => {
        say(words.offline);
        later(AGAIN);
      });
    await sending;
    sending = null;
  }

  async function take(answer, sent) {
    const told = answer.headers.get("content-type") === "application/json" ? await answer.json() : {};
    if (!answer.ok) {
      say(answer.status === 401 ? words.expired : told.problem ? `${told.problem}${words.kept}` : words.offline);
      if (told.problem) for (const task of sent.keys()) stopped.add(task);
      else later(AGAIN);
      return;
    }
    let isWhole = true;
    for (const [task, typed] of sent) {
      const found = told.tasks[idOf(task)];
      if (!found || found.error) {
        isWhole = false;
        stopped.add(task);
        if (found) refuse(task, found);
        continue;
      }
      bases.set(idOf(task), found.base);
      const badge = task.querySelector("h3 > b");
      badge.className = `state-${found.state}`;
      badge.textContent = found.label;
      if (same(typed, read(task))) {
        changed.delete(task);
        store.drop(task);
        const box = task.querySelector("textarea");
        const value = box.value;
        // What page.js asks before a page is left: this is no longer only here.
        box.defaultValue = value;
        box.value = value;
      } else store.write(task);
    }
    form.elements.bases.value = written(Array.from(bases.keys()));
    if (!isWhole) say(words.partly);
    else if (!waiting().length) say(words.saved.replace("{time}", told.at));
    else later(PAUSE);
  }

  function refuse(task, found) {
    task.querySelector(".previous").before(element("p", "error", found.error));
    if (found.theirs === undefined) return;
    const note = element("div", "theirs", "");
    note.append(element("h4", "", form.dataset.theirs), element("p", "", found.theirs));
    task.querySelector(".previous").before(note);
  }

  function touch(task) {
    changed.add(task);
    const isKept = store.write(task);
    if (!navigator.onLine) say(isKept ? words.offline : words.unkept);
    else if (!sending) say(isKept ? words.kept : wasSaid);
    // A refused text is tried again when it has been altered; a colleague's is not written over by itself.
    if (stopped.has(task) && !task.querySelector(".theirs")) {
      stopped.delete(task);
      for (const note of task.querySelectorAll("p.error")) note.remove();
    }
    later(PAUSE);
  }

  // Twice the characters that both texts share in one order, of all: the measure of the server.
  function likeness(one, other) {
    const [a, b] = [cleanedPoints(one).slice(0, LONGEST), cleanedPoints(other).slice(0, LONGEST)];
    if (Math.min(a.length, b.length) < SHORTEST || a.length * b.length > MOST_PAIRS) return 0;
    let row = new Uint16Array(b.length + 1);
    for (const point of a) {
      const next = new Uint16Array(b.length + 1);
      for (let at = 0; at < b.length; at += 1) {
        next[at + 1] = point === b[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]);
      }
      row = next;
    }
    return (2 * row[b.length]) / (a.length + b.length);
  }

  const previousOf = (task) => (task.querySelector("button[value^=copy-]") ? task.querySelector(".previous .text").textContent : "");
  function hint(task) {
    const share = likeness(previousOf(task), task.querySelector("textarea").value);
    const shown = task.querySelector(".alike");
    if (share < LEAST_LIKE) {
      if (shown) shown.remove();
      return;
    }
    const text = form.dataset.alike.replace("{percent}", Math.floor(share * 100));
    if (shown) shown.textContent = text;
    else task.querySelector(".count").after(element("span", "alike", text));
  }

  // A reason is asked only of a number that fell.
  function askWhy(box) {
    const why = box.closest(".value").querySelector(".fell");
    const isLess = box.value.trim() !== "" && Number(box.value.replace(/,/g, "")) < Number(box.dataset.last);
    why.hidden = !isLess && !why.querySelector("input").value;
  }

  // What an earlier visit left behind and the server does not have: offered, never put into the box by itself.
  function offer(task) {
    const kept = store.read(task);
    if (!kept || !kept.typed || same(kept.typed, read(task))) {
      store.drop(task);
      return;
    }
    const note = element("div", "theirs kept", "");
    const text = element("p", "", "");
    const name = `text-${idOf(task)}`;
    let other = kept.typed;
    const show = () => {
      text.textContent = other[name] ?? "";
    };
    const swap = button(form.dataset.swap, () => {
      const own = read(task);
      for (const box of controlsOf(task)) {
        if (box.name in other) put(box, other[box.name]);
      }
      other = own;
      show();
      task.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
    });
    const drop = button(form.dataset.drop, () => {
      note.remove();
      if (!changed.has(task)) store.drop(task);
    });
    show();
    note.append(element("h4", "", form.dataset.found.replace("{time}", clock(kept.at))), text);
    if (isOpen(task)) note.append(swap);
    note.append(drop);
    task.querySelector(".previous").before(note);
  }

  for (const task of form.querySelectorAll("article")) {
    offer(task);
    if (!isOpen(task)) continue;
    task.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      touch(task);
      if (event.target.dataset.last) askWhy(event.target);
      if (event.target.tagName === "TEXTAREA") {
        clearTimeout(task.hinting);
        task.hinting = setTimeout(hint, 300, task);
      }
    });
    for (const box of task.querySelectorAll("[data-last]")) askWhy(box);
    const copy = task.querySelector("button[value^=copy-]");
    if (copy) {
      copy.addEventListener("click", (event) => {
        event.preventDefault();
        const box = task.querySelector("textarea");
        const text = previousOf(task);
        if (!box.value.includes(text)) box.value = box.value.trim() ? `${box.value}\n${text}` : text;
        box.dispatchEvent(new Event("input", { bubbles: true }));
        box.focus();
      });
    }
  }
  const offered = form.querySelector(".kept");
  if (offered) offered.scrollIntoView({ block: "center" });

  // What is done at one task sends that task and what the server does not have yet, not seventy boxes.
  function lighten(submitter) {
    const idle = Array.from(form.querySelectorAll("article"))
      .filter((task) => !task.contains(submitter) && !changed.has(task))
      .filter((task) => !task.querySelector("input[type=file]")?.files.length)
      .flatMap((task) => Array.from(task.querySelectorAll("textarea, input, select")))
      .filter((box) => !box.disabled);
    for (const box of idle) box.disabled = true;
    // The form has been read by then; the page may be come back to.
    setTimeout(() => {
      for (const box of idle) box.disabled = false;
    });
  }

  // Before page.js hears of it: what is not sent after all is still guarded.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form) return;
      if (!navigator.onLine) {
        event.preventDefault();
        say(words.unfiled);
      } else if (sending) {
        // The page would carry marks that its own draft has just made old.
        event.preventDefault();
        const { submitter } = event;
        sending.then(() => form.requestSubmit(submitter));
      }
      if (event.defaultPrevented) return;
      clearTimeout(timer);
      if (event.submitter?.value.includes("-")) lighten(event.submitter);
    },
    true,
  );
  // Kept by the browser as it was and come back to: what was saved since would look like a colleague's.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("online", () => save());
  window.addEventListener("offline", () => {
    if (changed.size) say(words.offline);
  });
  // A page that is put away may never wake up again.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
})();
