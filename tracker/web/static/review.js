// Keys for a reviewer's desk; without them every card has its buttons.
"use strict";

const cards = Array.from(document.querySelectorAll(".review-card"));
const help = document.getElementById("keys");
if (help) help.hidden = false;

const current = () => cards.find((card) => card.contains(document.activeElement));

const go = (card) => {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "start" });
};

const step = (by) => {
  const place = cards.indexOf(current());
  go(place < 0 ? cards[0] : cards[place + by]);
};

const sendBack = (card) => {
  const box = card.querySelector("details.send-back");
  box.open = true;
  box.querySelector("[data-reason]").focus();
};

const keys = {
  j: () => step(1),
  k: () => step(-1),
  a: (card) => card?.querySelector("[data-accept]").click(),
  r: (card) => card && sendBack(card),
  x: (card) => card?.querySelector("input[name='tick']").click(),
  "?": () => {
    help.open = !help.open;
    if (help.open) help.scrollIntoView({ block: "nearest" });
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const box = event.target.closest("textarea, select, input:not([type='checkbox'])");
  if (box) {
    if (event.key === "Escape") go(current());
    return;
  }
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  // A key that is held down decides one card, not all of them.
  if (!event.repeat || "jk".includes(event.key.toLowerCase())) act(current());
});

// After a decision the address names the next card.
const named = document.getElementById(location.hash.slice(1));
if (cards.includes(named)) go(named);
const wrong = document.querySelector(".review-card [aria-invalid='true']");
if (wrong) wrong.focus();
